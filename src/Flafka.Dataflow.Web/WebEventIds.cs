namespace Flafka.Dataflow.Web;

/// <summary>Ids of the log messages of this assembly.</summary>
internal static class WebEventIds
{
    public const int Listening = 8001;
    public const int NotTaken = 8002;
}
