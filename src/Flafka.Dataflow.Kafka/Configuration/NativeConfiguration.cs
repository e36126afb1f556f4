using System.Text;

namespace Flafka.Dataflow.Kafka;

/// <summary>Asks librdkafka itself whether it knows a setting and takes its value, so that no list of names can grow old.</summary>
internal static class NativeConfiguration
{
    private const int Unknown = -2;
    private const int Ok = 0;

    /// <summary>What librdkafka says about one setting.</summary>
    /// <param name="name">The name in librdkafka's spelling.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">Its own words when it refuses the value.</param>
    /// <returns>False when it does not know the name.</returns>
    public static bool IsKnown(string name, string value, out string? problem)
    {
        problem = null;
        if (name.StartsWith("dotnet.", StringComparison.Ordinal))
        {
            return true;
        }

        // Settings that load code are not tried out.
        if (name is "plugin.library.paths" or "ssl.engine.location")
        {
            return true;
        }

        var configuration = NativeMethods.ConfNew();
        try
        {
            var text = new byte[512];
            var answer = NativeMethods.ConfSet(configuration, name, value, text, text.Length);
            if (answer != Ok && answer != Unknown)
            {
                problem = Text(text);
            }

            return answer != Unknown;
        }
        finally
        {
            NativeMethods.ConfDestroy(configuration);
        }
    }

    /// <summary>A text that a native function wrote into a buffer.</summary>
    public static string Text(byte[] buffer)
    {
        var end = Array.IndexOf(buffer, (byte)0);
        return Encoding.UTF8.GetString(buffer, 0, end < 0 ? buffer.Length : end);
    }
}
