package dev.mayfly.loadtest.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Reports as JSON, for scripts and for comparing with later runs: what was written is read back whole, histograms included. Its members are those
 * of the records; the README describes them. Any thread.
 */
public final class Json {
  static final String FORMAT = "mayfly-loadtest";
  static final int VERSION = 1;
  /** Of a file: a day of seconds is some 60 MB. */
  private static final long LONGEST = 512L << 20;
  private static final JsonMapper MAPPER = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .addModule(new SimpleModule().addSerializer(Histogram.class, new Writer()).addDeserializer(Histogram.class, new Reader())).build();

  private record File(String format, int version, Report report) {}

  private Json() {}

  public static void write(Report report, Path path) throws IOException {
    Files.writeString(path, text(report));
  }

  static String text(Report report) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(new File(FORMAT, VERSION, report)) + "\n";
  }

  /** @throws IOException also if it is not a report; the message is for the user */
  public static Report read(Path path) throws IOException {
    if (Files.size(path) > LONGEST) {
      throw new IOException(path + " has " + Files.size(path) + " bytes; a report of at most " + LONGEST + " is read");
    }
    return parse(Files.readString(path), path.toString());
  }

  static Report parse(String text, String name) throws IOException {
    try {
      JsonNode file = MAPPER.readTree(text);
      if (!FORMAT.equals(file.path("format").asString("")) || file.path("version").asInt(0) != VERSION) {
        throw new IOException(name + " is no report of this load test: its members format and version are not \"" + FORMAT + "\" and " + VERSION);
      }
      Report report = MAPPER.treeToValue(file, File.class).report;
      if (report == null) {
        throw new IOException(name + " is no report of this load test: it has no member report");
      }
      return report;
    } catch (JacksonException e) {
      throw new IOException(name + " is no report of this load test: " + e.getOriginalMessage(), e);
    }
  }

  /** Figures for people and scripts, and the histogram itself as HdrHistogram packs it, in base 64. */
  private static final class Writer extends ValueSerializer<Histogram> {
    @Override
    public void serialize(Histogram h, JsonGenerator json, SerializationContext context) {
      boolean none = h.getTotalCount() == 0;
      json.writeStartObject();
      json.writeNumberProperty("count", h.getTotalCount());
      json.writeNumberProperty("min", none ? 0 : h.getMinValue());
      json.writeNumberProperty("mean", none ? 0 : Math.round(h.getMean()));
      json.writeNumberProperty("p50", h.getValueAtPercentile(50));
      json.writeNumberProperty("p90", h.getValueAtPercentile(90));
      json.writeNumberProperty("p99", h.getValueAtPercentile(99));
      json.writeNumberProperty("p999", h.getValueAtPercentile(99.9));
      json.writeNumberProperty("max", none ? 0 : h.getMaxValue());
      ByteBuffer packed = ByteBuffer.allocate(h.getNeededByteBufferCapacity());
      int length = h.encodeIntoCompressedByteBuffer(packed, Deflater.DEFAULT_COMPRESSION);
      json.writeStringProperty("histogram", Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(packed.array(), length)));
      json.writeEndObject();
    }
  }

  private static final class Reader extends ValueDeserializer<Histogram> {
    @Override
    public Histogram deserialize(JsonParser json, DeserializationContext context) {
      JsonNode node = context.readTree(json);
      try {
        byte[] packed = Base64.getDecoder().decode(node.path("histogram").asString(""));
        return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(packed), 0);
      } catch (DataFormatException | RuntimeException e) {
        return context.reportInputMismatch(Histogram.class, "a histogram cannot be unpacked (%s)", e);
      }
    }
  }
}
