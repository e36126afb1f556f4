using System.Globalization;
using System.Text;
using Flafka.Dataflow.Components.Serialization;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Serialization;

public class LineDeserializerTests
{
    private const string Fail = nameof(DecodeErrorPolicy.Fail);
    private const string Replace = nameof(DecodeErrorPolicy.Replace);
    private const string Ignore = nameof(DecodeErrorPolicy.Ignore);

    // Bytes and bodies in hex, positions behind each body; sources.md 3.7.
    [TestCase("6C696E6520310A6C696E6520320A", 2048, "6C696E652031 6C696E652032", "7 14", TestName = "Lines_end_at_newlines")]
    [TestCase("6162636465666768696A6B6C6D6E6F707172737475767778797A0A", 10, "6162636465666768696A 6B6C6D6E6F7071727374 75767778797A", "10 20 27", TestName = "Long_lines_are_cut_and_nothing_is_dropped")]
    [TestCase("6162636465666768696A0A78797A0A", 10, "6162636465666768696A - 78797A", "10 11 15", TestName = "A_line_of_exactly_the_limit_is_followed_by_an_empty_event")]
    [TestCase("610D0A620D0A", 2048, "610D 620D", "3 6", TestName = "A_carriage_return_stays_in_the_body")]
    [TestCase("0A0A610A", 2048, "- - 61", "1 2 4", TestName = "Empty_lines_are_events")]
    [TestCase("610A62", 2048, "61 62", "2 3", TestName = "The_last_line_needs_no_newline")]
    [TestCase("EFBBBF610A", 2048, "EFBBBF61", "5", TestName = "The_byte_order_mark_of_UTF8_is_kept")]
    [TestCase("616161616161616161F09F98A8620A", 10, "6161616161616161613F 3F62", "9 15", TestName = "The_limit_may_cut_a_surrogate_pair")]
    public async Task Utf8(string file, int max, string bodies, string positions)
    {
        var (events, ends, _) = await ReadAsync(file, max);
        Assert.Multiple(() =>
        {
            Assert.That(events, Is.EqualTo(bodies));
            Assert.That(ends, Is.EqualTo(positions));
        });
    }

    [TestCase("63E90A", "ISO-8859-1", "UTF-8", "63C3A9")]
    [TestCase("C3A90A", "UTF-8", "ISO-8859-1", "E9")]
    [TestCase("E282AC0A", "UTF-8", "ISO-8859-1", "3F")]
    [TestCase("610A", "UTF-8", "UTF-16", "FEFF0061")]
    [TestCase("610A", "UTF-8", "UTF-32", "00000061")]
    [TestCase("FEFF0061000A0062000A", "UTF-16", "UTF-8", "61 62")]
    [TestCase("FFFE61000A0062000A00", "UTF-16", "UTF-8", "61 62")]
    [TestCase("0061000A0A0A000A", "UTF-16", "UTF-8", "61 E0A88A")]
    [TestCase("FEFF0061000A", "UTF-16BE", "UTF-8", "EFBBBF61")]
    [TestCase("0000FEFF000000610000000A", "UTF-32", "UTF-8", "61")]
    [TestCase("93FA967B0A615C0A", "Shift_JIS", "UTF-8", "E697A5E69CAC 615C")]
    [TestCase("800A610A", "windows-1252", "UTF-8", "E282AC 61")]
    [TestCase("800A610A", "Cp1252", "windows-1252", "80 61")]
    public async Task Character_sets(string file, string input, string output, string bodies) =>
        Assert.That((await ReadAsync(file, 2048, input, output)).Bodies, Is.EqualTo(bodies));

    [Test]
    public async Task Positions_in_UTF16_count_the_byte_order_mark()
    {
        var (_, ends, _) = await ReadAsync("FEFF0061000A0062000A", 2048, "UTF-16");
        Assert.That(ends, Is.EqualTo("6 10"));
    }

    [Test]
    public async Task Reading_on_in_the_middle_of_UTF16_keeps_the_order_of_its_mark()
    {
        var file = Convert.FromHexString("FFFE61000A0062000A00");
        await using var deserializer = await OpenAsync(file, 2048, "UTF-16", "UTF-8", DecodeErrorPolicy.Fail, position: 6);
        Assert.That((await deserializer.ReadAsync(10, default)).Events.Select(e => e.ToString()), Is.EqualTo(["b"]));
    }

    [TestCase("6F6B0A63E9290A", Fail, "6F6B", 3)]
    [TestCase("63E9290A7A0A", Replace, "63EFBFBD29 7A", null)]
    [TestCase("63E9290A7A0A", Ignore, "6329 7A", null)]
    [TestCase("610A62E282", Fail, "61 62", null)]
    [TestCase("610A62E282", Replace, "61 62", null)]
    [TestCase("610A62E282", Ignore, "61 62", null)]
    [TestCase("610AE282", Replace, "61", null)]
    [TestCase("FF0A", Ignore, "-", null)]
    public async Task Undecodable_bytes(string file, string policy, string bodies, int? failsAt)
    {
        var (events, ends, failure) = await ReadAsync(file, 2048, policy: Enum.Parse<DecodeErrorPolicy>(policy));
        Assert.Multiple(() =>
        {
            Assert.That(events, Is.EqualTo(bodies));
            Assert.That(failure, failsAt is null ? Is.Null : Is.Not.Null);
            Assert.That(failsAt is null || ends.EndsWith($"{failsAt}", StringComparison.Ordinal), Is.True);
        });
    }

    [Test]
    public async Task The_message_for_undecodable_bytes_names_file_place_and_cures()
    {
        var (_, _, failure) = await ReadAsync("6F6B0A63E9290A", 2048);
        Assert.That(failure, Is.EqualTo(
            "'/memory' has bytes that are not UTF-8 text in the line part that begins at byte 3. Correct the file, move it away, " +
            "name its real character set in inputCharset, or set decodeErrorPolicy to REPLACE or IGNORE."));
    }

    // The number of U+FFFD that the decoder of OpenJDK 17 gives for each sequence.
    [TestCase("28E080AF29", 3)]
    [TestCase("28F8A1A1A1A129", 5)]
    [TestCase("EDA08041", 1)]
    [TestCase("EDBFBF41", 1)]
    [TestCase("EDA041", 1)]
    [TestCase("F09F9841", 1)]
    [TestCase("F09F4141", 1)]
    [TestCase("F490808041", 4)]
    [TestCase("F580808041", 4)]
    [TestCase("C08041", 2)]
    [TestCase("C241", 1)]
    [TestCase("E28241", 1)]
    [TestCase("F080808041", 4)]
    [TestCase("E180E28041", 2)]
    [TestCase("FF41", 1)]
    [TestCase("F88841", 2)]
    public async Task Replacements_are_counted_as_Java_counts_them(string bytes, int count)
    {
        var (bodies, _, _) = await ReadAsync(bytes + "0A", 2048, policy: DecodeErrorPolicy.Replace);
        var text = Encoding.UTF8.GetString(Convert.FromHexString(bodies));
        Assert.That(text.Count(c => c == '\uFFFD'), Is.EqualTo(count));
    }

    [Test]
    public async Task Bodies_are_slices_of_the_chunk_when_nothing_must_be_changed()
    {
        await using var deserializer = await OpenAsync("one\ntwo\n"u8.ToArray(), 2048);
        var events = (await deserializer.ReadAsync(10, default)).Events;
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(events[0].Body, out var first);
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(events[1].Body, out var second);
        Assert.That(second.Array, Is.SameAs(first.Array));
    }

    [Test]
    public void Lines_come_out_whole_whatever_the_chunks_and_batches_are([Range(1, 40)] int seed) => Verify(seed, "UTF-8");

    [Test]
    public void The_same_holds_for_other_character_sets([Values("UTF-16", "UTF-16LE", "UTF-32BE", "Shift_JIS")] string charset, [Range(1, 5)] int seed) =>
        Verify(seed, charset);

    private static void Verify(int seed, string charset)
    {
        var random = new Random(seed);
        var max = random.Next(4) switch { 0 => random.Next(1, 8), 1 => 100_000, _ => 2048 };
        var text = RandomText(random, charset == "Shift_JIS" ? ["日", "本"] : ["é", "€", "日", "😨"]);
        Assert.That(JavaCharset.TryGet(charset, DecodeErrorPolicy.Fail, out var encoding), Is.True);
        byte[] file = [.. encoding!.Preamble, .. encoding.GetBytes(text)];
        var expected = Pieces(text, max).ToList();
        var actual = new List<string>();
        Task.Run(async () =>
        {
            long position = 0;
            var deserializer = await OpenAsync(file, max, charset, mostAtOnce: random.Next(1, 100_000));
            while (true)
            {
                var read = await deserializer.ReadAsync(random.Next(1, 300), default);
                if (read.Events.IsEmpty)
                {
                    return;
                }

                Assert.That(read.Position, Is.GreaterThanOrEqualTo(position));
                position = read.Position;
                actual.AddRange(read.Events.Select(e => e.ToString()));
                if (actual[^1].EndsWith('?') == false && random.Next(20) == 0)
                {
                    // another instance goes on from the position, like after a restart
                    await deserializer.DisposeAsync();
                    deserializer = await OpenAsync(file, max, charset, position: position);
                }
            }
        }).GetAwaiter().GetResult();
        Assert.That(actual, Is.EqualTo(expected));
    }

    private static string RandomText(Random random, string[] wide)
    {
        var text = new StringBuilder();
        for (var lines = random.Next(1, 400); lines > 0; lines--)
        {
            var length = random.Next(80) == 0 ? random.Next(200_000) : random.Next(600);
            var isWide = random.Next(3) == 0;
            while (length-- > 0)
            {
                text.Append(isWide && random.Next(4) == 0 ? wide[random.Next(wide.Length)] : (char)random.Next('a', 'z'));
            }

            text.Append('\n');
        }

        if (random.Next(2) == 0)
        {
            text.Append("end");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Pieces(string text, int max)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var at = 0;
            for (; lines[i].Length - at >= max; at += max)
            {
                yield return Encode(lines[i].Substring(at, max));
            }

            if (i < lines.Length - 1 || lines[i].Length > at)
            {
                yield return Encode(lines[i][at..]);
            }
        }

        static string Encode(string piece)
        {
            var chars = piece.ToCharArray();
            for (var i = 0; i < chars.Length; i++)
            {
                if (char.IsHighSurrogate(chars[i]) && i + 1 < chars.Length && char.IsLowSurrogate(chars[i + 1]))
                {
                    i++;
                }
                else if (char.IsSurrogate(chars[i]))
                {
                    chars[i] = '?';
                }
            }

            return new string(chars);
        }
    }

    private static async Task<LineDeserializer> OpenAsync(
        byte[] file, int max, string input = "UTF-8", string output = "UTF-8", DecodeErrorPolicy policy = DecodeErrorPolicy.Fail, long position = 0,
        int mostAtOnce = int.MaxValue)
    {
        var deserializer = new LineDeserializer(new LineDeserializerOptions { MaxLineLength = max, OutputCharset = output });
        await deserializer.OpenAsync(
            new DeserializerInput(new MemoryFile(file, mostAtOnce), file.Length, EventHeaders.Empty) { Charset = input, DecodeErrors = policy }, position, default);
        return deserializer;
    }

    private static async Task<(string Bodies, string Positions, string? Failure)> ReadAsync(
        string file, int max, string input = "UTF-8", string output = "UTF-8", DecodeErrorPolicy policy = DecodeErrorPolicy.Fail)
    {
        await using var deserializer = await OpenAsync(Convert.FromHexString(file), max, input, output, policy);
        var bodies = new List<string>();
        var positions = new List<string>();
        try
        {
            while (await deserializer.ReadAsync(1, default) is { Events: [var one] } read)
            {
                bodies.Add(one.Body.IsEmpty ? "-" : Convert.ToHexString(one.Body.Span));
                positions.Add(read.Position.ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (EventReadException failure)
        {
            return (string.Join(' ', bodies), string.Join(' ', positions), failure.Message);
        }

        return (string.Join(' ', bodies), string.Join(' ', positions), null);
    }
}
