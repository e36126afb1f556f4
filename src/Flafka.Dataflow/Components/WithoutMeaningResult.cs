using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow;

/// <summary>An option that nobody reads beside the others that are set: reported as <c>FLK5002</c>, an information.</summary>
/// <param name="message">Why, in one sentence.</param>
/// <param name="member">The property of the options class that holds the key.</param>
public sealed class WithoutMeaningResult(string message, string member) : ValidationResult(message, [member]);
