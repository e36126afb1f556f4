using System.Reflection;

namespace Flafka.Dataflow;

/// <summary>
/// Every code once. FLK1xxx: text and substitution, FLK2xxx: types and options, FLK3xxx: wiring and rules, FLK4xxx: reload,
/// FLK5xxx: compatibility, FLK6xxx: conditions at run time.
/// </summary>
internal static class Codes
{
    public static readonly DiagnosticCode MalformedEscape = Error("FLK1001", "Malformed \\u escape");
    public static readonly DiagnosticCode BrokenJson = Error("FLK1002", "Text that is not JSON");
    public static readonly DiagnosticCode JsonShape = Error("FLK1003", "JSON value of a shape that has no meaning here");
    public static readonly DiagnosticCode KeyTwiceDifferent = Error("FLK1004", "One key given twice with different values");
    public static readonly DiagnosticCode KeyTwiceEqual = Warning("FLK1005", "One key given twice with the same value");
    public static readonly DiagnosticCode TrailingComment = Error("FLK1006", "Comment at the end of a value");
    public static readonly DiagnosticCode EmptyValue = Warning("FLK1007", "Empty value");
    public static readonly DiagnosticCode EmptyKeyPart = Error("FLK1008", "Key with an empty or missing part");
    public static readonly DiagnosticCode KeyWithoutAgent = Warning("FLK1009", "Key that belongs to no agent");
    public static readonly DiagnosticCode UnresolvedPlaceholder = Warning("FLK1010", "Placeholder without a value");
    public static readonly DiagnosticCode PlaceholderCycle = Error("FLK1011", "Placeholders that refer to each other in a circle");
    public static readonly DiagnosticCode MalformedOverlay = Error("FLK1012", "Overlay that is not KEY=VALUE");
    public static readonly DiagnosticCode UnknownAgent = Error("FLK1013", "Unknown agent");
    public static readonly DiagnosticCode MisspeltFamily = Error("FLK1014", "Misspelt part of an agent");
    public static readonly DiagnosticCode UnknownFamily = Warning("FLK1015", "Unknown part of an agent");
    public static readonly DiagnosticCode MisspeltAgent = Error("FLK1016", "Agent prefix that differs a little from the agent being run");
    public static readonly DiagnosticCode UnreadableFile = Error("FLK1017", "File that cannot be read");
    public static readonly DiagnosticCode InvisibleCharacter = Warning("FLK1018", "No-break space or another invisible character where a blank belongs");
    public static readonly DiagnosticCode NotUtf8 = Warning("FLK1019", "File that is not UTF-8");
    public static readonly DiagnosticCode FilterFailed = Error("FLK1020", "Config filter without a value");

    public static readonly DiagnosticCode UnknownType = Error("FLK2001", "Unknown type");
    public static readonly DiagnosticCode MissingType = Error("FLK2002", "Missing type");
    public static readonly DiagnosticCode BadValue = Error("FLK2003", "Value of the wrong kind");
    public static readonly DiagnosticCode MissingKey = Error("FLK2004", "Missing key");
    public static readonly DiagnosticCode OutOfRange = Error("FLK2005", "Value out of range");
    public static readonly DiagnosticCode MisspeltKey = Error("FLK2006", "Misspelt key");
    public static readonly DiagnosticCode UnknownKey = Warning("FLK2007", "Unknown key");
    public static readonly DiagnosticCode OldAndNewKey = Error("FLK2008", "One option given under two names with different values");
    public static readonly DiagnosticCode InvalidOptions = Error("FLK2009", "Options that do not fit together");
    public static readonly DiagnosticCode NotAvailable = Error("FLK2010", "something of Flume that this version does not have");
    public static readonly DiagnosticCode TypeOfAnotherKind = Error("FLK2011", "Type of another kind");
    public static readonly DiagnosticCode JavaClass = Error("FLK2012", "Java class");
    public static readonly DiagnosticCode BadTypeMap = Error("FLK2013", "Type map that names nothing that can run");
    public static readonly DiagnosticCode ExecutionForbidden = Error("FLK2014", "Command or plugin where execution is switched off");
    public static readonly DiagnosticCode BadPlugin = Error("FLK2015", "Plugin that cannot be loaded");
    public static readonly DiagnosticCode BadFileSystem = Error("FLK2016", "Default file system that cannot be told");
    public static readonly DiagnosticCode LocalPath = Info("FLK2017", "Path without a scheme and without a default file system");
    public static readonly DiagnosticCode BlankInList = Error("FLK2018", "Blank where a comma belongs");
    public static readonly DiagnosticCode UnusableClass = Error("FLK2019", "Class that cannot be a component, or two of one name");

    public static readonly DiagnosticCode NotListed = Warning("FLK3001", "Component that is configured but not listed");
    public static readonly DiagnosticCode NotConfigured = Error("FLK3002", "Component that is listed but not configured");
    public static readonly DiagnosticCode ListedTwice = Warning("FLK3003", "Name listed twice");
    public static readonly DiagnosticCode MissingList = Error("FLK3004", "Agent without channels, or without sources and sinks");
    public static readonly DiagnosticCode UndeclaredChannel = Error("FLK3005", "Channel that is not declared");
    public static readonly DiagnosticCode SourceWithoutChannels = Error("FLK3006", "Source without channels");
    public static readonly DiagnosticCode SinkWithoutChannel = Error("FLK3007", "Sink without a channel");
    public static readonly DiagnosticCode SinkWithChannels = Error("FLK3008", "Sink with more than one channel");
    public static readonly DiagnosticCode ChannelOrChannels = Error("FLK3009", "'channel' where 'channels' belongs, or the reverse");
    public static readonly DiagnosticCode CommaInList = Error("FLK3010", "Comma where a blank belongs");
    public static readonly DiagnosticCode GroupWithoutSinks = Error("FLK3011", "Sink group without sinks");
    public static readonly DiagnosticCode UndeclaredSink = Error("FLK3012", "Sink group with a sink that is not declared");
    public static readonly DiagnosticCode UnusedChannel = Warning("FLK3020", "Channel that nobody uses");
    public static readonly DiagnosticCode ChannelWithoutSink = Error("FLK3021", "Channel that nobody empties");
    public static readonly DiagnosticCode ChannelWithoutSource = Warning("FLK3022", "Channel that nobody fills");
    public static readonly DiagnosticCode BatchTooLarge = Error("FLK3030", "Batch larger than the channel's transactions");
    public static readonly DiagnosticCode ResourceClash = Error("FLK3031", "Two components want one port or directory");
    public static readonly DiagnosticCode GroupOnDifferentChannels = Error("FLK3032", "Sinks of a group on different channels");
    public static readonly DiagnosticCode SinkInTwoGroups = Error("FLK3033", "Sink in two groups");
    public static readonly DiagnosticCode SelectorChannel = Error("FLK3034", "Selector that names a channel its source does not have");
    public static readonly DiagnosticCode EndToEndOnDurable = Warning("FLK3035", "End-to-end acknowledgement on a durable channel");
    public static readonly DiagnosticCode UnroutedChannel = Warning("FLK3036", "Channel that the selector never chooses");
    public static readonly DiagnosticCode GroupSize = Error("FLK3037", "Sink group whose processor cannot work with so many sinks");
    public static readonly DiagnosticCode NoTimestamp = Error("FLK3038", "Time in a path that nothing gives a timestamp");
    public static readonly DiagnosticCode PriorityOfStranger = Error("FLK3039", "Priority for a sink outside the group");
    public static readonly DiagnosticCode EqualPriorities = Error("FLK3040", "Two sinks of a group with the same priority");
    public static readonly DiagnosticCode ListensOnLoopback = Info("FLK3041", "Listener without an address");
    public static readonly DiagnosticCode MappingNamedDefault = Error("FLK3042", "Selector mapping named 'default'");
    public static readonly DiagnosticCode GroupReadsDifferently = Warning("FLK3043", "Members of one group that read different things");
    public static readonly DiagnosticCode HoldsMoreThanChannel = Warning("FLK3044", "Channel smaller than what its sink holds");
    public static readonly DiagnosticCode SerializerOfWholeFiles = Error("FLK3045", "Serializer of whole files in a sink that commits batches");
    public static readonly DiagnosticCode SmallFiles = Warning("FLK3046", "Files of a few events in a format that is made for many");
    public static readonly DiagnosticCode BuildFailed = Error("FLK3900", "Component that cannot be built");

    public static readonly DiagnosticCode OldKey = Warning("FLK5001", "Old spelling of a key");
    public static readonly DiagnosticCode KeyWithoutMeaning = Info("FLK5002", "Flume key that has no meaning here");
    public static readonly DiagnosticCode LeftOut = Info("FLK5003", "Interceptor that the type map leaves out");

    private static readonly Lazy<IReadOnlyList<DiagnosticCode>> Register = new(() =>
        [.. typeof(Codes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<DiagnosticCode>()]);

    /// <summary>The whole register, in the order of this file.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Register.Value;

    private static DiagnosticCode Error(string id, string title) => new(id, DiagnosticSeverity.Error, title);

    private static DiagnosticCode Warning(string id, string title) => new(id, DiagnosticSeverity.Warning, title);

    private static DiagnosticCode Info(string id, string title) => new(id, DiagnosticSeverity.Info, title);
}
