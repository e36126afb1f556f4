namespace Flafka.Dataflow.Web;

/// <summary>What comes next in a document.</summary>
internal enum JsonKind
{
    None,
    BeginArray,
    EndArray,
    BeginObject,
    EndObject,
    Name,
    Text,
    Literal,
    Null,
    End,
}
