using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Flafka.Dataflow.Kafka;

/// <summary>What keeps a client from its brokers, told once when it begins and once when it ends. Thread-safe.</summary>
/// <param name="id">Whose client it is.</param>
/// <param name="servers">The brokers as configured.</param>
/// <param name="prefix">What stands before the client's settings: <c>kafka.consumer.</c>.</param>
/// <param name="meanwhile">What becomes of the events until it works, as a sentence.</param>
/// <param name="log">Gets the messages.</param>
internal sealed partial class BrokerState(ComponentId id, string servers, string prefix, string meanwhile, ILogger log)
{
    private readonly ILogger _log = log;
    private readonly Lock _sync = new();
    private string? _detail;
    private Kind _kind;

    private enum Kind
    {
        None,
        Other,
        Suspected,
        Unreachable,
        Refused,
    }

    /// <summary>For the health of the component; <see langword="null"/> when nothing is wrong.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether no broker answers, or so it seems; then asking tells, by <see cref="OnAnswer"/> or <see cref="OnNoAnswer"/>.</summary>
    public bool IsAway => _kind is Kind.Suspected or Kind.Unreachable or Kind.Refused;

    /// <summary>An error of the client itself, not of a record.</summary>
    public void OnError(Error error)
    {
        lock (_sync)
        {
            switch (error.Code)
            {
                case ErrorCode.Local_Authentication when _kind != Kind.Refused:
                    (_kind, Problem) = (Kind.Refused, $"FLK6002: the brokers '{servers}' refuse the login");
                    Refused(id, servers, Sentence(error.Reason), meanwhile, prefix);
                    break;
                case ErrorCode.Local_AllBrokersDown when !IsAway:
                    _kind = Kind.Suspected; // clients tell it late, after the brokers are back
                    _detail ??= error.Reason;
                    break;
                case ErrorCode.Local_Transport or ErrorCode.Local_Resolve or ErrorCode.Local_Ssl:
                    _detail = error.Reason; // of one broker; says more than the message about all of them
                    break;
            }
        }
    }

    /// <summary>A question was not answered.</summary>
    public void OnNoAnswer()
    {
        lock (_sync)
        {
            if (_kind == Kind.Suspected)
            {
                (_kind, Problem) = (Kind.Unreachable, $"FLK6001: none of the brokers '{servers}' answers");
                Unreachable(id, servers, Sentence(_detail!), meanwhile);
            }
        }
    }

    /// <summary>Brokers answer, and refuse.</summary>
    public void OnRefusal(string problem)
    {
        lock (_sync)
        {
            if (_kind == Kind.None)
            {
                (_kind, Problem) = (Kind.Other, problem.TrimEnd('.'));
                Failing(id, Sentence(problem), meanwhile);
            }
        }
    }

    /// <summary>A broker has done what it was asked for, or at least answered.</summary>
    /// <param name="isSuccess">Whether it did something that the present problem prevents.</param>
    public void OnAnswer(bool isSuccess = true)
    {
        lock (_sync)
        {
            if (IsAway || (isSuccess && _kind != Kind.None))
            {
                var wasTold = Problem is not null;
                Clear();
                if (wasTold)
                {
                    Answers(id);
                }
            }
        }
    }

    /// <summary>The client is another one, or none.</summary>
    public void Clear()
    {
        lock (_sync)
        {
            (_kind, Problem, _detail) = (Kind.None, null, null);
        }
    }

    private static string Sentence(string text) => text.TrimEnd('.', ' ') + ".";

    [LoggerMessage(KafkaEventIds.BrokersUnreachable, LogLevel.Error, "FLK6001: {Component} reaches none of the brokers '{Servers}': {Reason} {Meanwhile} Start the broker or correct kafka.bootstrap.servers.")]
    private partial void Unreachable(ComponentId component, string servers, string reason, string meanwhile);

    [LoggerMessage(KafkaEventIds.LoginRefused, LogLevel.Error, "FLK6002: The brokers '{Servers}' refuse the login of {Component}: {Reason} {Meanwhile} Correct {Prefix}sasl.jaas.config, {Prefix}sasl.mechanism or {Prefix}security.protocol.")]
    private partial void Refused(ComponentId component, string servers, string reason, string meanwhile, string prefix);

    [LoggerMessage(KafkaEventIds.BrokersRefuse, LogLevel.Error, "{Component}: {Problem} {Meanwhile}")]
    private partial void Failing(ComponentId component, string problem, string meanwhile);

    [LoggerMessage(KafkaEventIds.BrokersAnswer, LogLevel.Information, "{Component} works with its brokers again.")]
    private partial void Answers(ComponentId component);
}
