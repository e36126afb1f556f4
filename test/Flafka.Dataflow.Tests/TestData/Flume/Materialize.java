// Asks the real Flume: see RealFlumeTests.
import java.io.File;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flume.Channel;
import org.apache.flume.Sink;
import org.apache.flume.SinkRunner;
import org.apache.flume.SourceRunner;
import org.apache.flume.node.MaterializedConfiguration;
import org.apache.flume.node.PropertiesFileConfigurationProvider;

/** Prints what Flume makes of configurations: for each FILE of agent a1 one line, its paths; or what it fails with. */
public class Materialize {
    public static void main(String[] files) {
        for (String file : files) {
            String paths;
            try {
                paths = paths(new PropertiesFileConfigurationProvider("a1", new File(file)).getConfiguration());
            } catch (Throwable failure) {
                paths = "fails: " + failure;
            }
            System.out.println("= " + file + " = " + paths.replace('\n', ' '));
        }
        System.exit(0);
    }

    private static String paths(MaterializedConfiguration agent) throws Exception {
        List<String> paths = new ArrayList<>();
        for (Map.Entry<String, SourceRunner> source : new TreeMap<>(agent.getSourceRunners()).entrySet()) {
            List<String> channels = new ArrayList<>();
            for (Channel channel : source.getValue().getSource().getChannelProcessor().getSelector().getAllChannels()) {
                channels.add(channel.getName());
            }
            paths.add(source.getKey() + " -> " + String.join(" ", channels));
        }
        TreeMap<String, TreeSet<String>> sinks = new TreeMap<>();
        for (SinkRunner runner : agent.getSinkRunners().values()) {
            for (Sink sink : sinks(runner.getPolicy())) {
                sinks.computeIfAbsent(sink.getChannel().getName(), name -> new TreeSet<>()).add(sink.getName());
            }
        }
        for (Map.Entry<String, TreeSet<String>> channel : sinks.entrySet()) {
            paths.add(channel.getKey() + " -> " + String.join(" ", channel.getValue()));
        }
        return String.join(", ", paths);
    }

    // Processors keep their sinks to themselves.
    private static List<Sink> sinks(Object processor) throws Exception {
        List<Sink> found = new ArrayList<>();
        for (Class<?> type = processor.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                field.setAccessible(true);
                Object value = field.get(processor);
                if (value instanceof Sink) {
                    found.add((Sink) value);
                } else if (value instanceof Map) {
                    value = ((Map<?, ?>) value).values();
                }
                if (value instanceof Collection) {
                    for (Object item : (Collection<?>) value) {
                        if (item instanceof Sink && !found.contains(item)) {
                            found.add((Sink) item);
                        }
                    }
                }
            }
        }
        return found;
    }
}
