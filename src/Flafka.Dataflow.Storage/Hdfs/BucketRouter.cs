using System.Collections.Immutable;
using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Storage.Hdfs;

/// <summary>Sorts the events of a batch into buckets.</summary>
internal sealed class BucketRouter
{
    private readonly BucketEnvironment _shared;
    private readonly BucketSet _buckets;
    private readonly Func<string, string, string, BucketWriter> _newWriter;
    private readonly string _root;
    private readonly BucketPath _key;
    private readonly BucketPath _directory;
    private readonly BucketPath _prefix;

    /// <param name="shared">What buckets share.</param>
    /// <param name="buckets">The open buckets.</param>
    /// <param name="newWriter">Makes a bucket of key, folder and prefix.</param>
    /// <param name="path">The pattern of folders.</param>
    /// <param name="prefix">The pattern of names.</param>
    /// <param name="clock">Zone and rounding.</param>
    /// <param name="useLocalTime">Whether the time is that of the clock.</param>
    public BucketRouter(
        BucketEnvironment shared, BucketSet buckets, Func<string, string, string, BucketWriter> newWriter,
        PathTemplate path, PathTemplate prefix, PathClock clock, bool useLocalTime)
    {
        (_shared, _buckets, _newWriter, _root) = (shared, buckets, newWriter, path.LiteralRoot);
        _key = new BucketPath(path.Join(prefix), clock, useLocalTime);
        _directory = new BucketPath(path, clock, useLocalTime);
        _prefix = new BucketPath(prefix, clock, useLocalTime);
    }

    /// <summary>A new batch: the local time is read once for all its events.</summary>
    public void Begin()
    {
        var now = _shared.NowMilliseconds;
        _key.Begin(now);
        _directory.Begin(now);
        _prefix.Begin(now);
    }

    /// <summary>Gives events to their buckets until all are given, or one more bucket would be more than may be open.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="start">The first event to give.</param>
    /// <param name="wave">Takes the buckets.</param>
    /// <param name="evicted">Takes files that have to be finished before.</param>
    /// <returns>The first event not given.</returns>
    /// <exception cref="PoisonEventException">An event has no bucket.</exception>
    public int Assign(ImmutableArray<FlumeEvent> events, int start, List<BucketWriter> wave, List<BucketFile> evicted)
    {
        BucketWriter? writer = null;
        var next = start;
        try
        {
            for (; next < events.Length; next++)
            {
                var headers = events[next].Headers;
                if (_key.IsSame(headers) && writer is not null)
                {
                    continue;
                }

                writer?.Add(start, next);
                start = next;
                if (_buckets.TryTake(_key.Text, out writer, out var isFirst))
                {
                    if (isFirst)
                    {
                        wave.Add(writer);
                    }
                }
                else if (_buckets.TryMakeRoom(out var file))
                {
                    if (file is not null)
                    {
                        evicted.Add(file);
                    }

                    writer = NewBucket(headers);
                    _buckets.Add(writer);
                    wave.Add(writer);
                }
                else
                {
                    return next;
                }
            }
        }
        catch (FormatException fault)
        {
            throw new PoisonEventException(fault.Message + ".", next, fault);
        }

        writer?.Add(start, next);
        return next;
    }

    private BucketWriter NewBucket(EventHeaders headers)
    {
        _directory.IsSame(headers);
        _prefix.IsSame(headers);
        var directory = Path.GetFullPath(SafePath.Below(_root, _directory.Text.ToString())).TrimEnd('/');
        return _newWriter(_key.Text.ToString(), _shared.Files.Root + directory, SafePath.Defuse(_prefix.Text.ToString()));
    }
}
