using Flafka.Dataflow.Tests.Graph.Compilation;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Components.Registry;

[TestFixture]
public sealed class ComponentRegistryTests
{
    [TestCase(ComponentKind.Source, "SPOOL", true)]
    [TestCase(ComponentKind.Source, "Spool", true)]
    [TestCase(ComponentKind.Source, "org.example.SpoolSource", true)]
    [TestCase(ComponentKind.Source, "org.example.spoolsource", false)]
    [TestCase(ComponentKind.Source, "org.example.SpoolSource$Builder", true)]
    [TestCase(ComponentKind.Interceptor, "org.example.StampInterceptor$Builder", true)]
    [TestCase(ComponentKind.Interceptor, "org.example.StampInterceptor", true)]
    [TestCase(ComponentKind.Sink, "spool", false)]
    [TestCase(ComponentKind.Source, "", false)]
    public void Aliases_have_no_case_and_Java_classes_have(ComponentKind kind, string name, bool found) =>
        Assert.That(Sample.Registry.TryGet(kind, name, out _), Is.EqualTo(found));

    [Test]
    public void A_class_of_ones_own_is_found_by_its_name()
    {
        var name = typeof(Sample.NullSink).FullName!;
        Assert.That(Sample.Registry.TryGet(ComponentKind.Sink, name, out _), Is.True);
        Assert.That(Sample.Registry.TryGet(ComponentKind.Sink, $"{name}, Flafka.Dataflow.Tests", out _), Is.True);
    }

    [Test]
    public void Two_types_of_one_name_are_refused()
    {
        var first = Sample.Registry.All.First();
        Assert.That(() => new ComponentRegistry([first, first with { }]), Throws.ArgumentException.With.Message.Contains(first.Alias));
    }

    [Test]
    public void An_assembly_is_scanned_once_although_given_twice()
    {
        var assembly = typeof(ComponentRegistry).Assembly;
        Assert.That(ComponentRegistry.Scan(assembly, assembly).All, Has.Count.EqualTo(ComponentRegistry.Scan(assembly).All.Count));
    }

    [Test]
    public void Options_of_every_registered_component_can_be_read_from_their_own_defaults()
    {
        foreach (var component in ComponentRegistry.Scan(typeof(ComponentRegistry).Assembly).All.Concat(Sample.Registry.All))
        {
            foreach (var option in component.Options.Where(option => !option.IsMap && option.Choice is null))
            {
                var text = OptionText.Of(option, option.Default);
                if (text.Length == 0)
                {
                    continue;
                }

                var conversion = ValueConverters.Convert(option, new ConfigNode("x", text, new SourceSpan("f", 1, 1), []));
                Assert.That(conversion.Problem is null || conversion.IsOutOfRange, Is.True, $"{component.DisplayName}.{option.Key} = {text}: {conversion.Problem}");
                Assert.That(conversion.IsOutOfRange || OptionText.Of(option, conversion.Value) == text, Is.True, $"{component.DisplayName}.{option.Key}");
            }
        }
    }
}
