namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>
/// Events count when they are appended, where an append costs much whatever its size: one at a time for each bucket, buckets side by side, and
/// what comes meanwhile goes with the next one.
/// </summary>
/// <inheritdoc cref="Delivery" path="/param"/>
internal sealed class AppendDelivery(
    DeliveryPlan plan, BucketEnvironment shared, Background background, FileFinisher finisher, int mostEvents, int atATime)
    : HoldingDelivery(plan, shared, background)
{
    private readonly Lock _sync = new();
    private readonly Queue<GatheringWriter> _ready = new();
    private readonly AsyncSignal _released = new();
    private int _running;

    public override async Task AcceptAsync(Lease lease, CancellationToken abort)
    {
        Router.Begin();
        for (var next = 0; next < lease.Count;)
        {
            var first = next;
            next = Assign(lease, next);
            foreach (var file in Evicted)
            {
                await finisher.FinishAsync((GrowingFile)file, abort);
            }

            Evicted.Clear();
            foreach (var writer in Wave)
            {
                ((GatheringWriter)writer).Gather(lease);
                Begin((GatheringWriter)writer);
                Buckets.Release(writer);
            }

            Wave.Clear();
            if (next == first)
            {
                await _released.WaitAsync(abort); // every bucket that may be open is busy
            }
        }
    }

    /// <summary>Everything held is being appended already.</summary>
    public override Task FlushAsync(CancellationToken abort) => Task.CompletedTask;

    protected override BucketWriter NewWriter(string key, string directory, string prefix) => new GatheringWriter(key, directory, prefix, Shared, finisher);

    protected override void FinishInBackground(BucketFile file) => finisher.FinishInBackground((GrowingFile)file);

    private void Begin(GatheringWriter writer)
    {
        lock (_sync)
        {
            if (!writer.IsQueued)
            {
                writer.IsQueued = true;
                Buckets.Share(writer);
                _ready.Enqueue(writer);
            }
        }

        Pump();
    }

    private void Pump()
    {
        while (true)
        {
            GatheringWriter? writer;
            lock (_sync)
            {
                if (_running == atATime || !_ready.TryDequeue(out writer))
                {
                    return;
                }

                _running++;
            }

            Background.Start(() => AppendAsync(writer));
        }
    }

    private async Task AppendAsync(GatheringWriter writer)
    {
        await writer.AppendAsync(mostEvents, Background.Abort);
        bool isDone;
        lock (_sync)
        {
            _running--;
            isDone = !writer.HasGathered;
            writer.IsQueued = !isDone;
            if (!isDone)
            {
                _ready.Enqueue(writer);
            }
        }

        if (isDone)
        {
            Buckets.Release(writer);
        }

        _released.Set();
        Pump();
    }
}
