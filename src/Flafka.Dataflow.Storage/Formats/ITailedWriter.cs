namespace Flafka.Dataflow.Storage.Formats;

/// <summary>A writer of files of which a reader can tell how far they are whole. What others write is taken for lines, if it is.</summary>
internal interface ITailedWriter : IEventSerializer
{
    /// <summary>How to find the end of what is whole; the same for every instance.</summary>
    FileTail Tail { get; }
}
