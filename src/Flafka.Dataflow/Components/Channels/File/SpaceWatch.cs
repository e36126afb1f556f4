namespace Flafka.Dataflow.Components.Channels;

/// <summary>Asks now and then how much room a directory has, and takes it out of service while that is too little.</summary>
internal sealed class SpaceWatch(EventLog log, DataDirectory directory)
{
    private const long AskedAfter = 16 << 20;
    private static readonly TimeSpan AskedEvery = TimeSpan.FromSeconds(1);

    private long _askedAt;
    private long _written;
    private bool _hasAsked;

    /// <summary>Whether there was too little when it was asked last.</summary>
    public bool IsLow { get; private set; }

    public void Wrote(long bytes) => _written += bytes;

    /// <summary>Asks when that is due.</summary>
    /// <returns>Whether this has changed anything.</returns>
    public async ValueTask<bool> LookAsync()
    {
        var required = log.Settings.MinimumRequiredSpace;
        if (required <= 0 || (_hasAsked && _written < AskedAfter && log.Runtime.Time.GetElapsedTime(_askedAt) < AskedEvery))
        {
            return false;
        }

        (_hasAsked, _askedAt, _written) = (true, log.Runtime.Time.GetTimestamp(), 0);
        var free = await log.Storage.FreeBytesAsync(directory.Path, CancellationToken.None);
        if (free < required == IsLow)
        {
            return false;
        }

        IsLow = !IsLow;
        if (IsLow)
        {
            log.TakeOut(directory, $"FLK6102: '{directory.Path}' has {free} bytes of free space and minimumRequiredSpace = {required}. It takes no events until there is more; sinks go on and free space.");
        }

        return true;
    }
}
