namespace Flafka.Dataflow.Kafka;

/// <summary>
/// Turns settings in the names of the Java clients into librdkafka's. Names of librdkafka itself are taken as they are. What neither knows
/// is a warning and is not passed on, as with the Java client.
/// </summary>
internal static class ClientConfigMapper
{
    /// <param name="given">The settings without their prefix.</param>
    /// <param name="prefix">The prefix, for messages: <c>kafka.consumer.</c>.</param>
    /// <param name="isProducer">Whether they are a producer's.</param>
    public static ClientConfig Map(IReadOnlyDictionary<string, string> given, string prefix, bool isProducer)
    {
        var config = new ClientConfig();
        foreach (var (name, raw) in given)
        {
            var value = raw.Trim();
            if (JavaNames.WithoutMeaning.TryGetValue(name, out var why))
            {
                // Serializers stand in many configurations as Flume sets them itself; they are right.
                if (!name.EndsWith("serializer", StringComparison.Ordinal))
                {
                    config.Warn($"{prefix}{name} has no meaning here: {why}.");
                }
            }
            else if (!TryMapSpecial(config, given, prefix, name, value, isProducer))
            {
                Set(config, prefix + name, JavaNames.Renamed.GetValueOrDefault(name, name), value);
            }
        }

        return config;
    }

    private static bool TryMapSpecial(
        ClientConfig config, IReadOnlyDictionary<string, string> given, string prefix, string name, string value, bool isProducer)
    {
        switch (name)
        {
            case "auto.offset.reset" when value == "none":
                Set(config, prefix + name, name, "error");
                return true;
            case "request.timeout.ms" when !isProducer:
                Set(config, prefix + name, "socket.timeout.ms", value);
                return true;
            case "buffer.memory":
                Set(config, prefix + name, "queue.buffering.max.kbytes", long.TryParse(value, out var bytes) ? $"{Math.Max(1, bytes / 1024)}" : value);
                return true;
            case "receive.buffer.bytes" or "send.buffer.bytes" when value == "-1":
                return true; // Java's way to say: as the system does, which is the default here
            case "partition.assignment.strategy":
                MapAssignors(config, prefix + name, value);
                return true;
            case "partitioner.class":
                Choose(config, prefix + name, "partitioner", value, JavaNames.Partitioners);
                return true;
            case "transactional.id":
                config.Warn($"FLK2010: {prefix}{name} is not supported yet and is not passed on: records are written without a transaction.");
                return true;
            case "ssl.endpoint.identification.algorithm":
                Set(config, prefix + name, name, value.Length == 0 ? "none" : value);
                return true;
            case "ssl.disableTLSHostnameVerification":
                if (value.Equals("true", StringComparison.OrdinalIgnoreCase))
                {
                    config.Force("ssl.endpoint.identification.algorithm", "none");
                }

                return true;
            case "sasl.jaas.config":
                MapJaas(config, prefix + name, value);
                return true;
            case "ssl.truststore.location":
                MapTrustStore(config, prefix, value, given.GetValueOrDefault("ssl.truststore.type"));
                return true;
            case "ssl.keystore.location":
                MapKeyStore(config, prefix, value, given.GetValueOrDefault("ssl.keystore.type"));
                return true;
            case "ssl.truststore.type" or "ssl.keystore.type" or "ssl.truststore.password":
                return true; // read with the location
            default:
                return false;
        }
    }

    private static void Set(ClientConfig config, string key, string name, string value)
    {
        if (!NativeConfiguration.IsKnown(name, value, out var problem))
        {
            config.Warn($"{key} is not known to the Kafka client and is not passed on.");
        }
        else if (problem is not null)
        {
            var shown = ClientConfig.IsSecret(name) ? "***" : value;
            config.Warn($"{key}: the Kafka client refuses '{shown}' and its default holds{(ClientConfig.IsSecret(name) ? string.Empty : $": {problem}")}.");
        }
        else
        {
            config.Force(name, value);
        }
    }

    private static void Choose(ClientConfig config, string key, string name, string value, IReadOnlyDictionary<string, string> classes)
    {
        if (classes.TryGetValue(value, out var chosen) || !value.Contains('.', StringComparison.Ordinal))
        {
            Set(config, key, name, chosen ?? value);
        }
        else
        {
            config.Warn($"{key}: '{value}' is a Java class, which cannot be loaded; the default holds. Known are {string.Join(", ", classes.Keys)}.");
        }
    }

    private static void MapAssignors(ClientConfig config, string key, string value)
    {
        var known = new List<string>();
        foreach (var item in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (JavaNames.Assignors.TryGetValue(item, out var assignor) || !item.Contains('.', StringComparison.Ordinal))
            {
                known.Add(assignor ?? item);
            }
            else
            {
                config.Warn($"{key}: '{item}' is not available. Known are {string.Join(", ", JavaNames.Assignors.Keys)}.");
            }
        }

        // One group agrees on one protocol: the two kinds cannot be offered together.
        if (known.Count > 1 && known.Remove("cooperative-sticky"))
        {
            config.Warn($"{key}: cooperative-sticky cannot be combined with others; used is {string.Join(", ", known)}.");
        }

        if (known.Count > 0)
        {
            Set(config, key, "partition.assignment.strategy", string.Join(',', known));
        }
    }

    private static void MapJaas(ClientConfig config, string key, string value)
    {
        if (JaasConfig.Parse(value) is not var (module, options))
        {
            config.Warn($"{key} cannot be read. Expected: MODULE required username=\"...\" password=\"...\";");
            return;
        }

        switch (module)
        {
            case "PlainLoginModule" or "ScramLoginModule":
                Copy("username", "sasl.username");
                Copy("password", "sasl.password");
                break;
            case "Krb5LoginModule":
                Copy("keyTab", "sasl.kerberos.keytab");
                Copy("principal", "sasl.kerberos.principal");
                Copy("serviceName", "sasl.kerberos.service.name");
                break;
            default:
                config.Warn($"{key}: the login module '{module}' is not available. Known are PlainLoginModule, ScramLoginModule, Krb5LoginModule.");
                break;
        }

        void Copy(string option, string name)
        {
            if (options.TryGetValue(option, out var text))
            {
                Set(config, key, name, text);
            }
        }
    }

    private static void MapTrustStore(ClientConfig config, string prefix, string path, string? type)
    {
        if (StoreType(path, type) == "PEM")
        {
            Set(config, prefix + "ssl.truststore.location", "ssl.ca.location", path);
            return;
        }

        config.Warn(
            $"{prefix}ssl.truststore.location: '{path}' is a Java key store, which cannot be read. Export its certificates, "
            + $"for example 'keytool -exportcert -rfc -keystore {path} -file ca.pem', and set {prefix}ssl.truststore.location = ca.pem with ssl.truststore.type = PEM.");
    }

    private static void MapKeyStore(ClientConfig config, string prefix, string path, string? type)
    {
        switch (StoreType(path, type))
        {
            case "PEM":
                Set(config, prefix + "ssl.keystore.location", "ssl.certificate.location", path);
                Set(config, prefix + "ssl.keystore.location", "ssl.key.location", path);
                break;
            case "PKCS12":
                Set(config, prefix + "ssl.keystore.location", "ssl.keystore.location", path);
                break;
            default:
                config.Warn(
                    $"{prefix}ssl.keystore.location: '{path}' is a Java key store, which cannot be read. Convert it, for example "
                    + $"'keytool -importkeystore -srckeystore {path} -destkeystore keys.p12 -deststoretype PKCS12', and set {prefix}ssl.keystore.location = keys.p12.");
                break;
        }
    }

    private static string StoreType(string path, string? type) => type?.Trim().ToUpperInvariant() ?? Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PEM" or ".CRT" or ".CER" => "PEM",
        ".P12" or ".PFX" => "PKCS12",
        _ => "JKS",
    };
}
