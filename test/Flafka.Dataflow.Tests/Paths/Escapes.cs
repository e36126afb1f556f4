using Flafka.Dataflow.Paths;

namespace Flafka.Dataflow.Tests.Paths;

internal static class Escapes
{
    public static string Resolve(string pattern, EventHeaders headers, string zone = "UTC", TimeRounding? rounding = null, long? now = null)
    {
        var template = PathTemplate.Parse(pattern);
        if (template.NeedsHost)
        {
            template = template.WithHost(new HostNames("web-01", "10.0.0.1", "web-01.example.org"));
        }

        var path = new BucketPath(template, new PathClock(TimeZones.TryFind(zone, out var found) ? found : TimeZoneInfo.Utc, rounding), now is not null);
        path.Begin(now ?? 0);
        path.IsSame(headers);
        return path.Text.ToString();
    }

    public static EventHeaders At(string timestamp) => EventHeaders.Create(("timestamp", timestamp));

    public static EventHeaders At(long timestamp) => EventHeaders.Empty.Set("timestamp", timestamp);
}
