namespace Flafka.Dataflow;

/// <summary>Gives values for placeholders of the form <c>${FILTER['KEY']}</c>, before options are bound. Called by one thread at a time.</summary>
public interface IConfigFilter
{
    /// <summary>The value of a key.</summary>
    /// <param name="key">Letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <returns><see langword="null"/> when there is none.</returns>
    /// <exception cref="InvalidOperationException">The value cannot be had; the message says why, as the end of a sentence.</exception>
    string? Find(string key);
}
