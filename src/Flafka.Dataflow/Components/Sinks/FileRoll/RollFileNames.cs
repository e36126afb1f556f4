using System.Globalization;

namespace Flafka.Dataflow.Components.Sinks;

/// <summary>The names of the files of one <c>file_roll</c> sink, one after the other. A name is never given twice.</summary>
internal sealed class RollFileNames(FileRollSinkOptions options, TimeProvider time)
{
    private string? _series;
    private string? _stamp;
    private long _number;

    /// <summary>Fixes the stamp of files that are named by number; later calls change nothing, so numbers go on after a stop.</summary>
    public void Begin() => _series ??= time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    public string Next()
    {
        var stamp = options.IsNamedByTime ? time.GetLocalNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) : _series;
        _number = stamp == _stamp ? _number + 1 : 1;
        _stamp = stamp;
        var extension = options.Extension.Length == 0 ? string.Empty : "." + options.Extension;
        return string.Create(CultureInfo.InvariantCulture, $"{options.Prefix}{stamp}-{_number}{extension}");
    }
}
