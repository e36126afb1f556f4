namespace Flafka.Dataflow.Paths;

/// <summary>The letters that stand for parts of a date after a percent sign.</summary>
internal static class DateLetters
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>Whether a letter stands for something; the others give nothing.</summary>
    public static bool IsKnown(char letter) => "aAbBcdeDHIjklmnMpsSyYz".Contains(letter, StringComparison.Ordinal);

    /// <summary>Whether the text of a letter changes within a minute.</summary>
    public static bool HasSeconds(char letter) => letter is 'c' or 's' or 'S';

    public static void Append(TextBuffer output, char letter, in LocalTime time)
    {
        switch (letter)
        {
            case 'Y': AppendYear(output, time.Year); break;
            case 'y': output.AppendTwoDigits(time.Year % 100); break;
            case 'm': output.AppendTwoDigits(time.Month); break;
            case 'd': output.AppendTwoDigits(time.Day); break;
            case 'H': output.AppendTwoDigits(time.Hour); break;
            case 'M': output.AppendTwoDigits(time.Minute); break;
            case 'S': output.AppendTwoDigits(time.Second); break;
            case 's': output.Append(time.EpochSeconds); break;
            case 'a': output.Append(Days[(int)time.DayOfWeek].AsSpan(0, 3)); break;
            case 'A': output.Append(Days[(int)time.DayOfWeek]); break;
            case 'b': output.Append(Months[time.Month - 1].AsSpan(0, 3)); break;
            case 'B': output.Append(Months[time.Month - 1]); break;
            case 'c': AppendFull(output, time); break;
            case 'e': output.Append(time.Day); break;
            case 'D': AppendSeparated(output, '/', time.Month, time.Day, time.Year % 100); break;
            case 'I': output.AppendTwoDigits(TwelveHours(time.Hour)); break;
            case 'l': output.Append(TwelveHours(time.Hour)); break;
            case 'j':
                output.Append((char)('0' + (time.DayOfYear / 100)));
                output.AppendTwoDigits(time.DayOfYear % 100);
                break;
            case 'k': output.Append(time.Hour); break; // Flume-compatible: not padded, although its guide says so
            case 'n': output.Append(time.Month); break;
            case 'p': output.Append(time.Hour < 12 ? "AM" : "PM"); break;
            case 'z': AppendOffset(output, time.OffsetMinutes); break;
            default: break;
        }
    }

    private static int TwelveHours(int hour) => hour % 12 == 0 ? 12 : hour % 12;

    private static void AppendYear(TextBuffer output, int year)
    {
        output.AppendTwoDigits(year / 100);
        output.AppendTwoDigits(year % 100);
    }

    private static void AppendFull(TextBuffer output, in LocalTime time)
    {
        Append(output, 'a', time);
        output.Append(' ');
        Append(output, 'b', time);
        output.Append(' ');
        output.Append(time.Day);
        output.Append(' ');
        AppendSeparated(output, ':', time.Hour, time.Minute, time.Second);
        output.Append(' ');
        AppendYear(output, time.Year);
    }

    private static void AppendSeparated(TextBuffer output, char separator, int first, int second, int third)
    {
        output.AppendTwoDigits(first);
        output.Append(separator);
        output.AppendTwoDigits(second);
        output.Append(separator);
        output.AppendTwoDigits(third);
    }

    private static void AppendOffset(TextBuffer output, int minutes)
    {
        output.Append(minutes < 0 ? '-' : '+');
        output.AppendTwoDigits(Math.Abs(minutes) / 60);
        output.AppendTwoDigits(Math.Abs(minutes) % 60);
    }
}
