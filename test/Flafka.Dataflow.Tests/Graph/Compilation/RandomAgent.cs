using System.Text;

namespace Flafka.Dataflow.Tests.Graph.Compilation;

/// <summary>Writes a correct agent of the sample components, drawn from a seed.</summary>
internal sealed class RandomAgent(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _lines = [];

    public string Text()
    {
        var channels = Names("c", 1 + _random.Next(4));
        var sources = Names("r", 1 + _random.Next(3));
        // One sink for each channel at least, so that no channel is left over.
        var sinks = Names("k", channels.Length + _random.Next(3));
        Set("sources", List(sources));
        Set("channels", List(channels));
        Set("sinks", List(sinks));
        foreach (var channel in channels)
        {
            Channel($"channels.{channel}");
        }

        for (var i = 0; i < sources.Length; i++)
        {
            Source($"sources.{sources[i]}", i, i == 0 ? channels : [.. channels.Where(_ => _random.Next(2) == 0).DefaultIfEmpty(channels[0])]);
        }

        for (var i = 0; i < sinks.Length; i++)
        {
            Sink($"sinks.{sinks[i]}", channels[i % channels.Length]);
        }

        if (sinks.Length > channels.Length)
        {
            Set("sinkgroups", "g1");
            Set("sinkgroups.g1.sinks", List([sinks[0], sinks[channels.Length]]));
            Set("sinkgroups.g1.processor.type", "failover");
            Maybe($"sinkgroups.g1.processor.priority.{sinks[0]}", "5");
            Maybe("sinkgroups.g1.processor.maxpenalty", "100");
        }

        return string.Join('\n', _lines.OrderBy(_ => _random.Next()));
    }

    private void Channel(string path)
    {
        if (_random.Next(3) == 0)
        {
            Set($"{path}.type", "durable");
            Maybe($"{path}.dataDirs", "/a b,/c");
            return;
        }

        Set($"{path}.type", Pick("memory", "MEMORY"));
        Maybe($"{path}.capacity", $"{_random.Next(100, 100_000)}");
        Maybe($"{path}.keep-alive", Pick("1", "0.5", "250ms"));
        Maybe($"{path}.acknowledge", Pick("auto", "channel", "End-To-End"));
    }

    private void Source(string path, int index, string[] channels)
    {
        Set($"{path}.channels", List(channels));
        if (_random.Next(2) == 0)
        {
            Set($"{path}.type", "listen");
            Set($"{path}.port", $"{40_000 + index}");
            Maybe($"{path}.ack-every-event", Pick("true", "FALSE"));
        }
        else
        {
            Set($"{path}.type", Pick("spool", "org.example.SpoolSource"));
            Set($"{path}.spoolDir", $"/in {index} \\u00e9#");
            Maybe($"{path}.batchSize", $"{_random.Next(1, 100)}");
            Maybe($"{path}.deserializer", "line");
            Maybe($"{path}.deserializer.maxLineLength", "7");
        }

        var interceptors = Names("i", _random.Next(4));
        if (interceptors.Length > 0)
        {
            Set($"{path}.interceptors", List(interceptors));
        }

        foreach (var interceptor in interceptors)
        {
            Set($"{path}.interceptors.{interceptor}.type", "stamp");
            Maybe($"{path}.interceptors.{interceptor}.headerName", Pick("a.b", "x", "ts = 1"));
        }

        if (_random.Next(2) == 0)
        {
            Set($"{path}.selector.type", "multiplexing");
            Set($"{path}.selector.default", List(channels));
            Maybe($"{path}.selector.mapping.US", channels[0]);
            Maybe($"{path}.selector.mapping.us", channels[^1]);
            Maybe($"{path}.selector.mapping.a.b\\ c", channels[0]);
        }
        else if (channels.Length > 1)
        {
            Maybe($"{path}.selector.optional", channels[^1]);
        }
    }

    private void Sink(string path, string channel)
    {
        Set($"{path}.channel", channel);
        switch (_random.Next(3))
        {
            case 0:
                Set($"{path}.type", "null");
                break;
            case 1:
                Set($"{path}.type", "file_roll");
                Set($"{path}.sink.directory", "/out \"x\"");
                Maybe($"{path}.sink.serializer", "text");
                Maybe($"{path}.sink.serializer.appendNewline", "false");
                Maybe($"{path}.sink.sync", "commit");
                break;
            default:
                Set($"{path}.type", "queue");
                Set($"{path}.kafka.bootstrap.servers", "h:1, g:2");
                Maybe($"{path}.kafka.producer.a.b", "1");
                Maybe($"{path}.kafka.producer.a.b.c", "true");
                Maybe($"{path}.maxBytes", "0064");
                break;
        }
    }

    private string[] Names(string prefix, int count) => [.. Enumerable.Range(1, count).OrderBy(_ => _random.Next()).Select(i => prefix + i)];

    private string List(string[] names)
    {
        var text = new StringBuilder();
        foreach (var name in names)
        {
            text.Append(text.Length == 0 ? "" : Pick(" ", "  ", " \\\n   ")).Append(name);
        }

        return text.ToString();
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private void Maybe(string key, string value)
    {
        if (_random.Next(2) == 0)
        {
            Set(key, value);
        }
    }

    private void Set(string key, string value) => _lines.Add($"a1.{key}{Pick(" = ", "=", ": ", "\t")}{value}");
}
