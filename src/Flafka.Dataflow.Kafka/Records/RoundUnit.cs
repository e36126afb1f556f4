namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>What the shared code of paths asks of its surroundings; a topic is never rounded.</summary>
internal enum RoundUnit
{
    Second,
    Minute,
    Hour,
}
