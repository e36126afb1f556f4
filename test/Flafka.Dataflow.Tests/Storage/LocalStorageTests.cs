using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Storage;

public class LocalStorageTests
{
    [Test]
    public async Task A_directory_can_be_synced()
    {
        using var folder = new TempFolder();
        await new LocalStorage(AgentRuntime.System).SyncDirectoryAsync(folder.Path, CancellationToken.None);
    }

    [Test]
    public void Syncing_a_directory_that_is_missing_is_an_error()
    {
        using var folder = new TempFolder();
        Assert.That(
            async () => await new LocalStorage(AgentRuntime.System).SyncDirectoryAsync(folder["missing"], CancellationToken.None), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_file_opened_exclusively_has_one_holder()
    {
        using var folder = new TempFolder();
        var storage = new LocalStorage(AgentRuntime.System);
        await using (await storage.OpenAsync(folder["lock"], StorageMode.Exclusive, CancellationToken.None))
        {
            Assert.That(async () => await storage.OpenAsync(folder["lock"], StorageMode.Exclusive, CancellationToken.None), Throws.InstanceOf<IOException>());
        }

        await (await storage.OpenAsync(folder["lock"], StorageMode.Exclusive, CancellationToken.None)).DisposeAsync();
    }

    [Test]
    public async Task Of_many_writes_together_each_has_its_own_end()
    {
        using var folder = new TempFolder();
        var storage = new LocalStorage(AgentRuntime.System);
        folder.Write("7", "");
        var writes = new List<StorageWrite>();
        for (var i = 0; i < 300; i++)
        {
            var file = await storage.OpenAsync(folder[$"{i}"], i == 7 ? StorageMode.Read : StorageMode.CreateNew, CancellationToken.None);
            writes.Add(new StorageWrite(file, System.Text.Encoding.UTF8.GetBytes($"{i}"), 0));
        }

        await storage.WriteAsync(writes, CancellationToken.None);
        Assert.That(writes.Index().Where(static write => write.Item.Failure is not null).Select(static write => write.Index), Is.EqualTo(new[] { 7 }));
        foreach (var (i, write) in writes.Index())
        {
            await write.File.DisposeAsync();
            Assert.That(File.ReadAllText(folder[$"{i}"]), Is.EqualTo(i == 7 ? "" : $"{i}"));
        }
    }

    [Test]
    public async Task A_move_that_must_not_overwrite_leaves_both_files_alone()
    {
        using var folder = new TempFolder();
        var storage = new LocalStorage(AgentRuntime.System);
        folder.Write("a", "1");
        folder.Write("b", "2");
        Assert.That(async () => await storage.MoveAsync(folder["a"], folder["b"], overwrite: false, CancellationToken.None), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(folder["a"]) + File.ReadAllText(folder["b"]), Is.EqualTo("12"));
        await storage.MoveAsync(folder["a"], folder["c"], overwrite: false, CancellationToken.None);
        Assert.That(File.Exists(folder["a"]), Is.False);
    }

    [Test]
    public async Task Of_two_moves_to_one_name_exactly_one_succeeds()
    {
        using var folder = new TempFolder();
        var storage = new LocalStorage(AgentRuntime.System);
        for (var i = 0; i < 500; i++)
        {
            folder.Write("a", "a");
            folder.Write("b", "b");
            Task[] moves =
            [
                storage.MoveAsync(folder["a"], folder[$"target{i}"], overwrite: false, CancellationToken.None).AsTask(),
                storage.MoveAsync(folder["b"], folder[$"target{i}"], overwrite: false, CancellationToken.None).AsTask(),
            ];
            try
            {
                await Join.AllAsync(moves);
            }
            catch (IOException)
            {
                // One of them.
            }

            Assert.That(moves.Count(move => move.IsFaulted), Is.EqualTo(1), $"round {i}");
            Assert.That(File.Exists(folder["a"]) ^ File.Exists(folder["b"]), "the loser is still there");
        }
    }

    [Test]
    public void Moving_what_is_missing_is_the_usual_error()
    {
        using var folder = new TempFolder();
        var storage = new LocalStorage(AgentRuntime.System);
        Assert.That(async () => await storage.MoveAsync(folder["a"], folder["b"], overwrite: false, CancellationToken.None), Throws.TypeOf<FileNotFoundException>());
    }
}
