namespace Flafka.Dataflow;

/// <summary>How the bytes of a configuration file become text.</summary>
public enum ConfigurationEncoding
{
    /// <summary>UTF-8, as editors write it. A file that is no UTF-8 is read as Latin-1, with a warning.</summary>
    Utf8,

    /// <summary>ISO-8859-1, as Flume 1.10 and later read it: every byte is one character.</summary>
    Latin1,
}
