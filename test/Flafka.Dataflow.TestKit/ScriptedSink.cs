using System.Collections.Immutable;

namespace Flafka.Dataflow.TestKit;

/// <summary>Does with each call what the script says; the script gets the number of the call, from 1.</summary>
public sealed class ScriptedSink(Func<int, ImmutableArray<FlumeEvent>, CancellationToken, Task> script, TimeSpan? callTimeout = null) : ISink
{
    private int _calls;

    public int Calls => _calls;

    public TimeSpan? CallTimeout => callTimeout;

    public Task WriteAsync(ImmutableArray<FlumeEvent> events, CancellationToken abort) => script(++_calls, events, abort);
}
