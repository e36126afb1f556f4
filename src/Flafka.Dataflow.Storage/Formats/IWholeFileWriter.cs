namespace Flafka.Dataflow.Storage.Formats;

/// <summary>
/// A writer of files that nobody can read before they are finished. <see cref="IEventSerializer.Flush"/> puts nothing of them in safety, so
/// their events may be committed only with the whole file.
/// </summary>
internal interface IWholeFileWriter : ITailedWriter;
