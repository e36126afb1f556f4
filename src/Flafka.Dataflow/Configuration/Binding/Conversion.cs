namespace Flafka.Dataflow;

/// <summary>What came of converting a text: a value, or what is wrong with the text.</summary>
/// <param name="Value">The value.</param>
/// <param name="Problem">Completes the sentence "'text' ...".</param>
/// <param name="IsOutOfRange">Whether the text is of the right kind but too small or too large.</param>
/// <param name="Hint">What would be right.</param>
/// <param name="IsBlankInList">Whether the text is a list whose commas are missing.</param>
internal readonly record struct Conversion(object? Value, string? Problem = null, bool IsOutOfRange = false, string? Hint = null, bool IsBlankInList = false);
