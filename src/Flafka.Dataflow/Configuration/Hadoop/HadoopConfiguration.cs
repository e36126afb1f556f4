using System.Xml;
using System.Xml.Linq;

namespace Flafka.Dataflow;

/// <summary>The client's side of a Hadoop configuration: names and values of <c>core-site.xml</c> and <c>hdfs-site.xml</c>. Immutable.</summary>
public sealed class HadoopConfiguration
{
    private const string Variable = "HADOOP_CONF_DIR";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private HadoopConfiguration(string directory) => Directory = directory;

    /// <summary>Where it was found.</summary>
    public string Directory { get; }

    /// <summary>The value of a property, for example <c>fs.defaultFS</c>; <see langword="null"/> when it is not set.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>
    /// Reads the first directory with a <c>core-site.xml</c>: <see cref="ConfigurationSettings.ConfigurationDirectory"/>, <c>HADOOP_CONF_DIR</c>,
    /// <c>/etc/hadoop/conf</c>.
    /// </summary>
    /// <returns><see langword="null"/> when none of them has one.</returns>
    /// <exception cref="FormatException">A file is no XML.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static HadoopConfiguration? Find(ConfigurationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string?[] directories = [settings.ConfigurationDirectory, settings.Environment(Variable), settings.SystemHadoopDirectory];
        return directories.FirstOrDefault(directory => !string.IsNullOrWhiteSpace(directory) && File.Exists(Path.Combine(directory, "core-site.xml"))) is { } found
            ? Read(found)
            : null;
    }

    /// <summary>Reads the files of a directory.</summary>
    /// <inheritdoc cref="Find" path="/exception"/>
    public static HadoopConfiguration Read(string directory)
    {
        var configuration = new HadoopConfiguration(directory);
        foreach (var name in new[] { "core-site.xml", "hdfs-site.xml" })
        {
            configuration.Add(Path.Combine(directory, name));
        }

        return configuration;
    }

    private void Add(string file)
    {
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            foreach (var property in XDocument.Load(reader).Descendants("property"))
            {
                if (property.Element("name")?.Value.Trim() is { Length: > 0 } name && property.Element("value")?.Value.Trim() is { } value)
                {
                    _values[name] = value;
                }
            }
        }
        catch (XmlException broken)
        {
            throw new FormatException($"'{file}' is no XML: {broken.Message.TrimEnd('.')}", broken);
        }
    }
}
