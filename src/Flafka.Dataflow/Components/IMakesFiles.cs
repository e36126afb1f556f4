namespace Flafka.Dataflow;

/// <summary>Implemented by options of sinks that may make files too small to be worth their trouble.</summary>
public interface IMakesFiles
{
    /// <summary>Why files become so small that it is hardly meant; <see langword="null"/> where they do not, or where small ones do no harm.</summary>
    SmallFiles? SmallFiles { get; }
}
