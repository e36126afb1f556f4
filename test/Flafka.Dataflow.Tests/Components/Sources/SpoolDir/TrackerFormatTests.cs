using System.Text;
using Flafka.Dataflow.Components.Sources;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Sources.SpoolDir;

public class TrackerFormatTests
{
    // Written by Flume 1.11: the file 'spool/data.log', positions 25 and 62.
    private const string Flume =
        "4f626a0104166176726f2e736368656d6190027b2274797065223a227265636f7264222c226e616d65223a225472616e73666572537461746546696c654d65746122" +
        "2c226e616d657370616365223a226f72672e6170616368652e666c756d652e73657269616c697a6174696f6e222c226669656c6473223a5b7b226e616d65223a22" +
        "6f6666736574222c2274797065223a226c6f6e67227d5d7d0866696c651c73706f6f6c2f646174612e6c6f67008cabb8e7b1d3eaa8ab4fd50324589abe" +
        "0202328cabb8e7b1d3eaa8ab4fd50324589abe02027c8cabb8e7b1d3eaa8ab4fd50324589abe";

    private const int HeadLength = 4 + 1 + 12 + 2 + 136 + 5 + 15 + 1 + 16;

    [Test]
    public void The_last_position_of_a_file_of_Flume_counts() =>
        Assert.That(TrackerFormat.Decode(Convert.FromHexString(Flume)), Is.EqualTo(new TrackerRecord("spool/data.log", 62)));

    [Test]
    public void A_record_that_is_cut_off_does_not_count([Range(1, 19)] int missing) =>
        Assert.That(TrackerFormat.Decode(Convert.FromHexString(Flume).AsSpan()[..^missing]), Is.EqualTo(new TrackerRecord("spool/data.log", 25)));

    [Test]
    public void Without_a_record_nothing_is_delivered() =>
        Assert.That(TrackerFormat.Decode(Convert.FromHexString(Flume).AsSpan()[..^38]), Is.EqualTo(new TrackerRecord("spool/data.log", null)));

    [Test]
    public void What_is_written_is_what_Flume_writes_but_for_the_sync_marker()
    {
        var flume = Convert.FromHexString(Flume);
        var ours = TrackerFormat.Encode("spool/data.log", 25);
        var sync = "flafka.position."u8.ToArray();
        byte[] expected = [.. flume.AsSpan(0, HeadLength - 16), .. sync, .. flume.AsSpan(HeadLength, 3), .. sync];
        Assert.That(Convert.ToHexString(ours), Is.EqualTo(Convert.ToHexString(expected)));
    }

    [Test]
    public void Every_position_comes_back([Values(0, 1, 63, 64, 8191, 8192, int.MaxValue, long.MaxValue)] long offset) =>
        Assert.That(TrackerFormat.Decode(TrackerFormat.Encode("/daten/für alle.log", offset)), Is.EqualTo(new TrackerRecord("/daten/für alle.log", offset)));

    [Test]
    public void Anything_else_is_not_a_tracker_file()
    {
        var flume = Convert.FromHexString(Flume);
        for (var length = 0; length < HeadLength; length++)
        {
            Assert.That(TrackerFormat.Decode(flume.AsSpan(0, length)), Is.Null);
        }

        Assert.That(TrackerFormat.Decode(Encoding.UTF8.GetBytes("something else that is long enough for a head")), Is.Null);
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = (byte[])flume.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            Assert.That(() => TrackerFormat.Decode(damaged), Throws.Nothing);
        }
    }
}
