using System.Reflection;
using System.Reflection.Emit;
using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Registry;

/// <summary>Plugins made on the spot: an assembly whose type <c>Plugin</c> is a component of ours and may derive from a type of a library.</summary>
[TestFixture]
public sealed class PluginLoaderTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("one.dll")]
    [TestCase("acme/one.dll")]
    [TestCase("acme/lib/one.dll")]
    public void Assemblies_lie_in_the_path_in_a_folder_of_their_own_or_in_its_lib(string place)
    {
        Make(place, "one");
        var found = Load();
        Assert.That(found.Select(static assembly => assembly.GetName().Name), Is.EqualTo(new[] { "one" }));
        Assert.That(found[0].GetType("Plugin")!.IsAssignableTo(typeof(IComponent)), "the contract is ours, not a copy");
    }

    [Test]
    public void Two_plugins_bring_their_own_versions_of_a_library()
    {
        foreach (var (plugin, version) in new[] { ("a", "1.0.0.0"), ("b", "2.0.0.0") })
        {
            Make($"{plugin}/lib/{plugin}.dll", plugin, MakeLibrary($"{plugin}/libext/common.dll", version));
        }

        Assert.That(
            Load().Select(static assembly => $"{assembly.GetName().Name} with {assembly.GetType("Plugin")!.BaseType!.Assembly.GetName().Version}"),
            Is.EqualTo(new[] { "a with 1.0.0.0", "b with 2.0.0.0" }));
    }

    [Test]
    public void A_library_that_is_missing_is_named()
    {
        var library = MakeLibrary("elsewhere.dll", "1.0.0.0");
        Make("acme/one.dll", "one", library);
        File.Delete(_folder["elsewhere.dll"]);
        var bag = new DiagnosticBag();
        Assert.That(Load(bag), Is.Empty);
        Assert.That(bag.Items.Single().Code, Is.EqualTo("FLK2015"));
        Assert.That(bag.Items[0].Message, Does.StartWith($"'{_folder["acme/one.dll"]}' cannot be loaded: ").And.Contain("common"));
    }

    [Test]
    public void A_native_library_beside_a_plugin_is_left_alone()
    {
        Make("acme/one.dll", "one");
        _folder.Write("acme/native.dll", "\u007fELF and no assembly");
        Assert.That(Load(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_path_that_is_not_there_is_an_error()
    {
        var bag = new DiagnosticBag();
        PluginLoader.Load(Settings(_folder["none"]), bag);
        Assert.That(DiagnosticRenderer.Render(bag.Items), Does.StartWith($"{_folder["none"]}: error FLK2015: there is no such directory of plugins"));
    }

    [Test]
    public void Where_execution_is_switched_off_nothing_is_loaded()
    {
        Make("one.dll", "one");
        var bag = new DiagnosticBag();
        Assert.That(PluginLoader.Load(Settings(_folder.Path) with { AllowExecution = false }, bag), Is.Empty);
        Assert.That(bag.Items.Single().Code, Is.EqualTo("FLK2014"));
    }

    [Test]
    public void Several_paths_stand_in_one_value_as_for_flume_ng()
    {
        Make("x/one.dll", "one");
        Make("y/two.dll", "two");
        var found = PluginLoader.Load(Settings($"{_folder["x"]}{Path.PathSeparator}{_folder["y"]}"), new DiagnosticBag());
        Assert.That(found.Select(static assembly => assembly.GetName().Name), Is.EqualTo(new[] { "one", "two" }));
    }

    private IReadOnlyList<Assembly> Load(DiagnosticBag? diagnostics = null)
    {
        var bag = diagnostics ?? new DiagnosticBag();
        var found = PluginLoader.Load(Settings(_folder.Path), bag);
        Assert.That(diagnostics is null ? DiagnosticRenderer.Render(bag.Items) : "", Is.Empty);
        return found;
    }

    private static ConfigurationSettings Settings(string path) => ConfigurationSettings.Default with { PluginPaths = [path] };

    private TypeBuilder MakeLibrary(string file, string version)
    {
        var assembly = Define("common", version, out var module);
        var type = module.DefineType("Common", TypeAttributes.Public);
        type.CreateType();
        Save(assembly, file);
        return type;
    }

    private void Make(string file, string name, Type? parent = null)
    {
        var assembly = Define(name, "1.0.0.0", out var module);
        module.DefineType("Plugin", TypeAttributes.Public, parent, [typeof(IComponent)]).CreateType();
        Save(assembly, file);
    }

    private static PersistedAssemblyBuilder Define(string name, string version, out ModuleBuilder module)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = Version.Parse(version) }, typeof(object).Assembly);
        module = assembly.DefineDynamicModule(name);
        return assembly;
    }

    private void Save(PersistedAssemblyBuilder assembly, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        assembly.Save(_folder[file]);
    }
}
