using System.ComponentModel.DataAnnotations;

namespace Flafka.Dataflow;

/// <summary>An option that asks for something which Flume has and this version does not: reported as <c>FLK2010</c>, so that nobody relies on what is not there.</summary>
/// <param name="message">What is missing and what to do instead, in one sentence.</param>
/// <param name="member">The property of the options class that holds the key.</param>
public sealed class NotAvailableResult(string message, string member) : ValidationResult(message, [member]);
