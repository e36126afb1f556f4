using System.Collections.Frozen;

namespace Flafka.Dataflow;

/// <summary>
/// Flume's components by alias and Java class, for those that the registry does not have: what to say, and what to use instead. Naming one
/// of them never falls back to something similar. A component that is registered wins over its row here.
/// </summary>
internal static class Unsupported
{
    private const string Builder = "$Builder";
    private const string Spool = "Let the producer write files into a directory and read them with the source 'spooldir'.";
    private const string OverKafka = "Send the events to a Kafka topic and read it with the source 'kafka'.";
    private const string OverHttp = "Post the events to the source 'http', or send them to a Kafka topic and read it with the source 'kafka'.";
    private const string KafkaConnect = "Write to a Kafka topic with the sink 'kafka' and load it from there with a Kafka Connect sink for this system.";
    private const string MemoryOrKafka = "Use the channel 'memory' (with a source that reads again, nothing is lost in a crash), or the channel 'kafka'.";

    // One row: kind, alias (empty: none), Java class, what to use instead.
    private static readonly (ComponentKind Kind, string Alias, string JavaClass, string Instead)[] Rows =
    [
        (ComponentKind.Source, "avro", "org.apache.flume.source.AvroSource", OverHttp),
        (ComponentKind.Source, "thrift", "org.apache.flume.source.ThriftSource", OverHttp),
        (ComponentKind.Source, "netcat", "org.apache.flume.source.NetcatSource", OverHttp),
        (ComponentKind.Source, "netcatudp", "org.apache.flume.source.NetcatUdpSource", OverHttp),
        (ComponentKind.Source, "seq", "org.apache.flume.source.SequenceGeneratorSource", Spool),
        (ComponentKind.Source, "exec", "org.apache.flume.source.ExecSource", "Let the command write files into a directory and read them with the source 'spooldir'; unlike exec it loses nothing."),
        (ComponentKind.Source, "spooldir", "org.apache.flume.source.SpoolDirectorySource", OverHttp),
        (ComponentKind.Source, "taildir", "org.apache.flume.source.taildir.TaildirSource", "Let the log be rotated into a directory and read it with the source 'spooldir'."),
        (ComponentKind.Source, "stress", "org.apache.flume.source.StressSource", "Use the source 'seq'."),
        (ComponentKind.Source, "syslogtcp", "org.apache.flume.source.SyslogTcpSource", "Let the syslog daemon write to Kafka (rsyslog: omkafka) and read it with the source 'kafka'."),
        (ComponentKind.Source, "multiport_syslogtcp", "org.apache.flume.source.MultiportSyslogTCPSource", "Let the syslog daemon write to Kafka (rsyslog: omkafka) and read it with the source 'kafka'."),
        (ComponentKind.Source, "syslogudp", "org.apache.flume.source.SyslogUDPSource", "Let the syslog daemon write to Kafka (rsyslog: omkafka) and read it with the source 'kafka'."),
        (ComponentKind.Source, "http", "org.apache.flume.source.http.HTTPSource", OverKafka),
        (ComponentKind.Source, "jms", "org.apache.flume.source.jms.JMSSource", "Bridge the queue to a Kafka topic (Kafka Connect has a JMS source) and read it with the source 'kafka'."),
        (ComponentKind.Source, "kafka", "org.apache.flume.source.kafka.KafkaSource", Spool),
        (ComponentKind.Source, "", "org.apache.flume.source.scribe.ScribeSource", OverHttp),
        (ComponentKind.Source, "", "org.apache.flume.source.twitter.TwitterSource", "The service it reads from was switched off; there is nothing to replace it with."),
        (ComponentKind.Source, "", "org.apache.flume.source.avroLegacy.AvroLegacySource", "It speaks to Flume 0.9, which nobody should run; move those agents to HTTP or Kafka first."),
        (ComponentKind.Source, "", "org.apache.flume.source.thriftLegacy.ThriftLegacySource", "It speaks to Flume 0.9, which nobody should run; move those agents to HTTP or Kafka first."),
        (ComponentKind.Source, "", "org.apache.flume.agent.embedded.EmbeddedSource", "In a program of your own, put events into a graph with PutAsync."),

        (ComponentKind.Sink, "null", "org.apache.flume.sink.NullSink", "Use the sink 'logger'."),
        (ComponentKind.Sink, "logger", "org.apache.flume.sink.LoggerSink", "Use the sink 'null'."),
        (ComponentKind.Sink, "file_roll", "org.apache.flume.sink.RollingFileSink", "Use the sink 'hdfs' with hdfs.path = file:/DIRECTORY and hdfs.fileType = DataStream."),
        (ComponentKind.Sink, "avro", "org.apache.flume.sink.AvroSink", "Hand the events on through a Kafka topic with the sink 'kafka'."),
        (ComponentKind.Sink, "thrift", "org.apache.flume.sink.ThriftSink", "Hand the events on through a Kafka topic with the sink 'kafka'."),
        (ComponentKind.Sink, "hdfs", "org.apache.flume.sink.hdfs.HDFSEventSink", "Use the sink 'file_roll' for files on the local disk."),
        (ComponentKind.Sink, "http", "org.apache.flume.sink.http.HttpSink", KafkaConnect),
        (ComponentKind.Sink, "kafka", "org.apache.flume.sink.kafka.KafkaSink", "Use the sink 'file_roll' for files on the local disk."),
        (ComponentKind.Sink, "irc", "org.apache.flume.sink.irc.IRCSink", "Write a sink of your own (one file) that sends the lines."),
        (ComponentKind.Sink, "hbase", "org.apache.flume.sink.hbase.HBaseSink", KafkaConnect),
        (ComponentKind.Sink, "asynchbase", "org.apache.flume.sink.hbase.AsyncHBaseSink", KafkaConnect),
        (ComponentKind.Sink, "hbase2", "org.apache.flume.sink.hbase2.HBase2Sink", KafkaConnect),
        (ComponentKind.Sink, "elasticsearch", "org.apache.flume.sink.elasticsearch.ElasticSearchSink", KafkaConnect),
        (ComponentKind.Sink, "morphline_solr", "org.apache.flume.sink.solr.morphline.MorphlineSolrSink", KafkaConnect),
        (ComponentKind.Sink, "hive", "org.apache.flume.sink.hive.HiveSink", "Write into the table's directory with the sink 'hdfs' and let Hive read it as an external, partitioned table."),
        (ComponentKind.Sink, "kudu", "org.apache.flume.sink.kudu.KuduSink", KafkaConnect),
        (ComponentKind.Sink, "dataset", "org.apache.flume.sink.kite.DatasetSink", "Write files with the sink 'hdfs'; Kite itself is no longer maintained."),
        (ComponentKind.Sink, "", "org.apache.spark.streaming.flume.sink.SparkSink", "Write to a Kafka topic with the sink 'kafka'; Spark reads Kafka, and no longer polls Flume since version 3."),

        (ComponentKind.Channel, "memory", "org.apache.flume.channel.MemoryChannel", "Use the channel 'kafka'."),
        (ComponentKind.Channel, "file", "org.apache.flume.channel.file.FileChannel", MemoryOrKafka),
        (ComponentKind.Channel, "jdbc", "org.apache.flume.channel.jdbc.JdbcChannel", MemoryOrKafka),
        (ComponentKind.Channel, "spillablememory", "org.apache.flume.channel.SpillableMemoryChannel", "Use the channel 'file': it lends from memory what fits, and keeps everything on disk."),
        (ComponentKind.Channel, "kafka", "org.apache.flume.channel.kafka.KafkaChannel", "Use the channel 'memory' between a source and a sink 'kafka', and between a source 'kafka' and its sinks."),
        (ComponentKind.Channel, "", "org.apache.flume.channel.PseudoTxnMemoryChannel", "Use the channel 'memory'."),

        (ComponentKind.ChannelSelector, "replicating", "org.apache.flume.channel.ReplicatingChannelSelector", "Use the selector 'multiplexing' with selector.default = ALL CHANNELS."),
        (ComponentKind.ChannelSelector, "multiplexing", "org.apache.flume.channel.MultiplexingChannelSelector", "Use one source for each channel."),
        (ComponentKind.ChannelSelector, "load_balancing", "org.apache.flume.channel.LoadBalancingChannelSelector", "Use one channel and several sinks on it: they share its events."),

        (ComponentKind.SinkProcessor, "default", "org.apache.flume.sink.DefaultSinkProcessor", "Take the sink out of the group; a sink without a group needs no processor."),
        (ComponentKind.SinkProcessor, "failover", "org.apache.flume.sink.FailoverSinkProcessor", "Put both sinks on the channel without a group: what one cannot deliver goes back and the other takes it."),
        (ComponentKind.SinkProcessor, "load_balance", "org.apache.flume.sink.LoadBalancingSinkProcessor", "Put all sinks on the channel without a group: they share its events, and a broken one takes none."),

        (ComponentKind.Interceptor, "timestamp", "org.apache.flume.interceptor.TimestampInterceptor$Builder", "Set the header where the events are made."),
        (ComponentKind.Interceptor, "host", "org.apache.flume.interceptor.HostInterceptor$Builder", "Set the header where the events are made."),
        (ComponentKind.Interceptor, "static", "org.apache.flume.interceptor.StaticInterceptor$Builder", "Set the header where the events are made."),
        (ComponentKind.Interceptor, "regex_filter", "org.apache.flume.interceptor.RegexFilteringInterceptor$Builder", "Write an interceptor of your own (one file)."),
        (ComponentKind.Interceptor, "regex_extractor", "org.apache.flume.interceptor.RegexExtractorInterceptor$Builder", "Write an interceptor of your own (one file)."),
        (ComponentKind.Interceptor, "remove_header", "org.apache.flume.interceptor.RemoveHeaderInterceptor$Builder", "Write an interceptor of your own (one file)."),
        (ComponentKind.Interceptor, "search_replace", "org.apache.flume.interceptor.SearchAndReplaceInterceptor$Builder", "Write an interceptor of your own (one file)."),
        (ComponentKind.Interceptor, "", "org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder", "Set the header where the events are made, or write an interceptor of your own (one file)."),
        (ComponentKind.Interceptor, "", "org.apache.flume.sink.solr.morphline.MorphlineInterceptor$Builder", "Write an interceptor of your own (one file)."),

        (ComponentKind.ConfigFilter, "env", "org.apache.flume.configfilter.EnvironmentVariableConfigFilter", "Write ${env:NAME} in place of ${FILTER['NAME']}, and remove the filter."),
        (ComponentKind.ConfigFilter, "external", "org.apache.flume.configfilter.ExternalProcessConfigFilter", "Let the process set an environment variable before the agent starts, and write ${env:NAME}."),
        (ComponentKind.ConfigFilter, "hadoop", "org.apache.flume.configfilter.HadoopCredentialStoreConfigFilter", "Put the secret into an environment variable and write ${env:NAME}; a credential store needs Java."),

        (ComponentKind.Serializer, "text", "org.apache.flume.serialization.BodyTextEventSerializer$Builder", "Use the serializer 'header_and_text'."),
        (ComponentKind.Serializer, "header_and_text", "org.apache.flume.serialization.HeaderAndBodyTextEventSerializer$Builder", "Use the serializer 'text'."),
        (ComponentKind.Serializer, "avro_event", "org.apache.flume.serialization.FlumeEventAvroEventSerializer$Builder", "Use the serializer 'text' or 'header_and_text'."),
        (ComponentKind.Serializer, "", "org.apache.flume.sink.hdfs.AvroEventSerializer$Builder", "Use the serializer 'text' and convert the files afterwards."),

        (ComponentKind.Deserializer, "line", "org.apache.flume.serialization.LineDeserializer$Builder", "Post the lines to the source 'http'."),
        (ComponentKind.Deserializer, "avro", "org.apache.flume.serialization.AvroEventDeserializer$Builder", "Convert the files to lines and use the deserializer 'LINE'."),
        (ComponentKind.Deserializer, "", "org.apache.flume.sink.solr.morphline.BlobDeserializer$Builder", "Send each file as one event to the source 'http' or to a Kafka topic."),

        (ComponentKind.HttpHandler, "", "org.apache.flume.source.http.JSONHandler", "Write an HTTP handler of your own (one file)."),
        (ComponentKind.HttpHandler, "", "org.apache.flume.source.http.BLOBHandler", "Post JSON events and leave 'handler' out."),
    ];

    private static readonly FrozenDictionary<(ComponentKind Kind, string Name), string> Table = Rows
        .SelectMany(row => new[] { row.Alias.ToUpperInvariant(), Plain(row.JavaClass) }.Where(name => name.Length > 0).Select(name => ((row.Kind, name), row.Instead)))
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Instead);

    /// <summary>Every component of Flume: its kind, its alias (empty: none), its Java class, and what to use where it is missing.</summary>
    public static IReadOnlyList<(ComponentKind Kind, string Alias, string JavaClass, string Instead)> OfFlume => Rows;

    /// <summary>What to say about a type of Flume; <see langword="null"/> when Flume has no such type.</summary>
    public static (string Message, string Instead)? Find(ComponentKind kind, string name) =>
        Table.TryGetValue((kind, name.ToUpperInvariant()), out var instead) || Table.TryGetValue((kind, Plain(name)), out instead)
            ? ($"is {TypeResolver.WithArticle(kind)} of Flume that this version does not have", instead)
            : null;

    private static string Plain(string javaClass) => javaClass.EndsWith(Builder, StringComparison.Ordinal) ? javaClass[..^Builder.Length] : javaClass;
}
