using Flafka.Dataflow.TestKit;
using NUnit.Framework;

namespace Flafka.Dataflow.Tests.Configuration.Hadoop;

[TestFixture]
public sealed class HadoopConfigurationTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Both_files_are_read_and_the_second_wins()
    {
        Site("core-site.xml", ("fs.defaultFS", " hdfs://nn:8020 "), ("a", "core"));
        Site("hdfs-site.xml", ("a", "hdfs"), ("dfs.nameservices", "cluster"));
        var read = HadoopConfiguration.Read(_folder.Path);
        Assert.That((read["fs.defaultFS"], read["a"], read["dfs.nameservices"], read["none"]), Is.EqualTo(("hdfs://nn:8020", "hdfs", "cluster", (string?)null)));
    }

    [Test]
    public void A_property_without_a_value_is_not_set()
    {
        _folder.Write("core-site.xml", "<configuration><property><name>a</name></property><property><value>b</value></property></configuration>");
        Assert.That(HadoopConfiguration.Read(_folder.Path)["a"], Is.Null);
    }

    [Test]
    public void What_is_no_XML_names_the_file()
    {
        var file = _folder.Write("core-site.xml", "<configuration><property>");
        Assert.That(() => HadoopConfiguration.Read(_folder.Path), Throws.TypeOf<FormatException>().With.Message.StartsWith($"'{file}' is no XML: "));
    }

    [Test]
    public void Nothing_from_elsewhere_is_read_into_it()
    {
        var secret = _folder.Write("secret", "s3cret");
        _folder.Write("core-site.xml", $"<!DOCTYPE c [<!ENTITY e SYSTEM 'file://{secret}'>]><configuration><property><name>a</name><value>&e;</value></property></configuration>");
        Assert.That(() => HadoopConfiguration.Read(_folder.Path), Throws.TypeOf<FormatException>().With.Message.Contains("undeclared entity").And.Message.Not.Contains("s3cret"));
    }

    [Test]
    public void The_first_directory_with_a_core_site_is_taken()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Site("env/core-site.xml", ("a", "env"));
        Site("system/core-site.xml", ("a", "system"));
        var settings = Settings(directory: "empty");
        Assert.That(HadoopConfiguration.Find(settings)?.Directory, Is.EqualTo(_folder["env"]));
        Site("empty/core-site.xml", ("a", "given"));
        Assert.That(HadoopConfiguration.Find(settings)?["a"], Is.EqualTo("given"));
        Directory.Delete(_folder["empty"], recursive: true);
        Directory.Delete(_folder["env"], recursive: true);
        Assert.That(HadoopConfiguration.Find(settings)?["a"], Is.EqualTo("system"));
        Directory.Delete(_folder["system"], recursive: true);
        Assert.That(HadoopConfiguration.Find(settings), Is.Null);
    }

    [TestCase("/logs", "hdfs://nn:8020/logs")]
    [TestCase("logs", "hdfs://nn:8020/user/flume/logs")]
    [TestCase("file:/logs", "file:/logs")]
    [TestCase("hdfs://other/logs", "hdfs://other/logs")]
    public void A_path_without_a_scheme_lies_on_the_default_file_system(string path, string expected)
    {
        Site("env/core-site.xml", ("fs.defaultFS", "hdfs://nn:8020/"));
        Assert.That(new DefaultFileSystem(Settings()).Qualify(path, out var isUnconfigured), Is.EqualTo(expected));
        Assert.That(isUnconfigured, Is.False);
    }

    [Test]
    public void The_name_of_the_key_before_version_2_counts()
    {
        Site("env/core-site.xml", ("fs.default.name", "hdfs://old:8020"));
        Assert.That(new DefaultFileSystem(Settings()).Qualify("/a", out _), Is.EqualTo("hdfs://old:8020/a"));
    }

    [Test]
    public void The_command_line_wins_over_Hadoops_files()
    {
        Site("env/core-site.xml", ("fs.defaultFS", "hdfs://nn:8020"));
        Assert.That(new DefaultFileSystem(Settings() with { DefaultFileSystem = "file:///" }).Qualify("/a", out _), Is.EqualTo("file:/a"));
    }

    [Test]
    public void Without_any_a_path_is_local_and_that_is_told()
    {
        Assert.That(new DefaultFileSystem(Settings()).Qualify("/a", out var isUnconfigured), Is.EqualTo("/a"));
        Assert.That(isUnconfigured, Is.True);
    }

    [Test]
    public void A_default_that_is_no_URI_names_its_place()
    {
        Site("env/core-site.xml", ("fs.defaultFS", "nn"));
        Assert.That(
            () => new DefaultFileSystem(Settings()).Qualify("/a", out _),
            Throws.TypeOf<FormatException>().With.Message.StartsWith($"fs.defaultFS in '{_folder["env"]}' is 'nn', which is no URI"));
    }

    private ConfigurationSettings Settings(string directory = "none") => ConfigurationSettings.Default with
    {
        ConfigurationDirectory = _folder[directory],
        SystemHadoopDirectory = _folder["system"],
        Environment = name => name switch { "HADOOP_CONF_DIR" => _folder["env"], "HADOOP_USER_NAME" => "flume", _ => null },
    };

    private void Site(string name, params (string Name, string Value)[] properties) => _folder.Write(
        name, $"<configuration>{string.Concat(properties.Select(static item => $"<property><name>{item.Name}</name><value>{item.Value}</value></property>"))}</configuration>");
}
