using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Flafka.Dataflow.Paths;

/// <summary>Finds zones by the names that Java knows: IANA names, <c>GMT+05:30</c>, and the old ids of three letters.</summary>
public static partial class TimeZones
{
    private static readonly FrozenDictionary<string, string> ThreeLetters = new Dictionary<string, string>
    {
        ["ACT"] = "Australia/Darwin", ["AET"] = "Australia/Sydney", ["AGT"] = "America/Argentina/Buenos_Aires", ["ART"] = "Africa/Cairo",
        ["AST"] = "America/Anchorage", ["BET"] = "America/Sao_Paulo", ["BST"] = "Asia/Dhaka", ["CAT"] = "Africa/Harare",
        ["CNT"] = "America/St_Johns", ["CST"] = "America/Chicago", ["CTT"] = "Asia/Shanghai", ["EAT"] = "Africa/Addis_Ababa",
        ["ECT"] = "Europe/Paris", ["IET"] = "America/Indiana/Indianapolis", ["IST"] = "Asia/Kolkata", ["JST"] = "Asia/Tokyo",
        ["MIT"] = "Pacific/Apia", ["NET"] = "Asia/Yerevan", ["NST"] = "Pacific/Auckland", ["PLT"] = "Asia/Karachi",
        ["PNT"] = "America/Phoenix", ["PRT"] = "America/Puerto_Rico", ["PST"] = "America/Los_Angeles", ["SST"] = "Pacific/Guadalcanal",
        ["VST"] = "Asia/Ho_Chi_Minh", ["EST"] = "GMT-5", ["MST"] = "GMT-7", ["HST"] = "GMT-10",
    }.ToFrozenDictionary();

    /// <summary>The zone of this name; false when there is none.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        name = ThreeLetters.GetValueOrDefault(name, name);
        if (name is "GMT" or "UTC")
        {
            zone = TimeZoneInfo.Utc;
            return true;
        }

        return TryOffset(name, out zone) || TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    private static bool TryOffset(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        var match = OffsetForm().Match(name);
        if (!match.Success)
        {
            return false;
        }

        var hours = int.Parse(match.Groups["hours"].ValueSpan, CultureInfo.InvariantCulture);
        var minutes = match.Groups["minutes"].Success ? int.Parse(match.Groups["minutes"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var offset = new TimeSpan(hours, minutes, 0);
        if (minutes > 59 || offset > TimeSpan.FromHours(14))
        {
            return false;
        }

        zone = TimeZoneInfo.CreateCustomTimeZone(name, match.Groups["sign"].ValueSpan is "-" ? -offset : offset, name, name);
        return true;
    }

    [GeneratedRegex("^GMT(?<sign>[+-])(?<hours>[0-9]{1,2}):?(?<minutes>[0-9]{2})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OffsetForm();
}
