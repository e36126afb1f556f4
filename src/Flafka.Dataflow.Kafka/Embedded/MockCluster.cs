using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Flafka.Dataflow.Kafka;

/// <summary>One of librdkafka's mock clusters: a broker on a local port, inside this process.</summary>
internal sealed class MockCluster : IDisposable
{
    private const int ProducerClient = 0;
    private readonly Lock _sync = new();
    private nint _client;
    private nint _cluster;

    public MockCluster()
    {
        var configuration = NativeMethods.ConfNew();
        NativeMethods.ConfSetLogCallback(configuration, 0);
        var error = new byte[512];
        _client = NativeMethods.New(ProducerClient, configuration, error, error.Length);
        if (_client == 0)
        {
            NativeMethods.ConfDestroy(configuration);
            throw new InvalidOperationException($"The embedded Kafka did not start: {NativeConfiguration.Text(error)}");
        }

        _cluster = NativeMethods.MockClusterNew(_client, 1);
        if (_cluster == 0)
        {
            NativeMethods.Destroy(_client);
            throw new InvalidOperationException("The embedded Kafka did not start.");
        }

        // The default is 3 s, meant for groups whose members start one after the other.
        NativeMethods.MockGroupInitialRebalanceDelay(_cluster, 100);
        Bootstrap = Marshal.PtrToStringUTF8(NativeMethods.MockClusterBootstraps(_cluster))!;
    }

    /// <summary>Where clients find it.</summary>
    public string Bootstrap { get; }

    /// <summary>Makes a topic with so many partitions; a topic that is only used gets 4.</summary>
    public void CreateTopic(string topic, int partitions, bool mayExist = false)
    {
        var answer = (ErrorCode)NativeMethods.MockTopicCreate(Cluster, topic, partitions, 1);
        if (answer != ErrorCode.NoError && !(mayExist && answer == ErrorCode.TopicAlreadyExists))
        {
            throw new InvalidOperationException($"Topic '{topic}' could not be made: {answer}.");
        }
    }

    /// <summary>Cuts the broker off, or brings it back.</summary>
    public void SetUp(bool isUp) => _ = isUp ? NativeMethods.MockBrokerUp(Cluster, 1) : NativeMethods.MockBrokerDown(Cluster, 1);

    /// <summary>The next requests of a kind are answered by these errors.</summary>
    public void PushErrors(short apiKey, params int[] errors) => NativeMethods.MockPushErrors(Cluster, apiKey, errors.Length, errors);

    public void Dispose()
    {
        lock (_sync)
        {
            if (_cluster != 0)
            {
                NativeMethods.MockClusterDestroy(_cluster);
                NativeMethods.Destroy(_client);
                _cluster = _client = 0;
            }
        }
    }

    private nint Cluster => _cluster != 0 ? _cluster : throw new ObjectDisposedException(nameof(MockCluster));
}
