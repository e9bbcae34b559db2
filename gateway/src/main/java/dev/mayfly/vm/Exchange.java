package dev.mayfly.vm;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The host's side of the exchange area, over whatever memory an engine shares with its guest. Nothing the guest wrote is trusted: {@link #leave} and
 * {@link #drain} copy what they need once, check the copy, and never look again; what has been taken of OUT is known here alone. Layout ({@code abi::exchange}):
 *
 * <pre>
 * 0x00000  host page   4 KiB   version, command, wall_ns, tsc_hz, entropy, lengths, flags
 * 0x01000  guest page  4 KiB   reason, out_len, verdict, exit_status, wait_ns, wait_for, memory_refused, message
 * 0x02000  IN        256 KiB   hand-over, standard input
 * 0x42000  OUT        64 KiB   records of output
 * </pre>
 *
 * Not thread-safe; used by the machine's thread only.
 */
public final class Exchange {
  public static final int ABI_VERSION = 3;
  public static final int GUEST = 0x1000;
  public static final int IN = 0x2000;
  public static final int IN_SIZE = 256 * 1024;
  public static final int OUT = IN + IN_SIZE;
  public static final int OUT_SIZE = 64 * 1024;
  public static final int SIZE = OUT + OUT_SIZE;

  /** Requests that one entry may bring beside its first ({@code abi::FOLLOWERS}). */
  public static final int FOLLOWERS = 7;
  /** Bytes of a hand-over, at the most, that goes in together with others: with the most of them IN is not full. */
  public static final int FOLLOWER_SIZE = IN_SIZE / (FOLLOWERS + 1);

  public static final int BOOT = 1;
  public static final int REQUEST = 2;
  public static final int RESUME = 3;

  /** Offsets in the guest page. */
  static final int OUT_LEN = 0x04;
  static final int MEMORY_REFUSED = 0x58;
  static final int COMMAND = 0x04;
  static final int WALL_NS = 0x08;
  static final int TSC_HZ = 0x10;
  static final int ENTROPY = 0x18;
  static final int ENTROPY_SIZE = 32;
  static final int HANDOVER_LEN = 0x38;
  static final int IN_LEN = 0x3c;
  static final int FLAGS = 0x40;
  static final int SNAPSHOT = 0x44;
  static final int STOP_AT_WALL_READ = 0x48;
  static final int FOLLOWING = 0x4c;
  static final int IMAGE_ADDR = 0x50;
  static final int IMAGE_LEN = 0x58;
  static final int FRAMES_ADDR = 0x60;
  static final int FRAMES_LEN = 0x68;
  /** Offset and bytes of each hand-over in IN, {@code u32} both. */
  static final int PLACES = 0x70;
  static final int INPUT_ENDS = 1;
  static final int INTERACTIVE = 2;
  /** Of standard input; output's and error's are the next two bits. */
  static final int TERMINAL = 4;
  static final int MESSAGE = 0x100;
  static final int MESSAGE_SIZE = 2048;
  static final int RECORD_HEADER = 8;
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int WAIT_INPUT = 1;

  /** Why the guest left, and what it said; checked. */
  public sealed interface Exit {
    record Ready(int wallReads, int randomDraws) implements Exit {}

    record Answer(boolean trapped, int status, String message) implements Exit {}

    record Wait(long nanos, boolean forInput) implements Exit {}

    /** @param takesInput whether input may be given with the next entry */
    record Output(boolean takesInput) implements Exit {}

    record Grow() implements Exit {}

    record Done() implements Exit {}

    /** The image cannot be a function. */
    record Failed(String message) implements Exit {}

    /** Output was not wanted any more. */
    record Refused() implements Exit {}

    /** Fault, panic, or a broken rule. */
    record Broken(String reason) implements Exit {}
  }

  private final ByteBuffer area;
  private final byte[] guestPage = new byte[MESSAGE + MESSAGE_SIZE];
  private final byte[] out = new byte[OUT_SIZE];
  private boolean interactive;
  /** Bytes of OUT that were taken since the guest began to fill it. */
  private int taken;
  /** Of IN, written since the last {@link #takeUsed}. */
  private int used;
  /** Requests of this entry that were answered while others followed, as far as OUT was read; and those that have not been taken back. */
  private int answered;
  private int following;

  /** Over {@value #SIZE} bytes that the guest sees too. */
  public Exchange(ByteBuffer area) {
    if (area.capacity() != SIZE) {
      throw new IllegalArgumentException("an exchange area has " + SIZE + " bytes, not " + area.capacity());
    }
    this.area = area.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Leave after every write of output ({@code mayfly run}). */
  public void interactive(boolean on) {
    interactive = on;
  }

  /** Writes the host page for a boot. */
  public void boot(Boot how, long wallNanos, long tscHz, byte[] entropy, long imageAddress, long imageBytes) {
    command(BOOT, wallNanos, tscHz, entropy);
    area.putInt(SNAPSHOT, how.atStart() ? 1 : 0).putInt(STOP_AT_WALL_READ, how.stopAtWallRead());
    area.putLong(IMAGE_ADDR, imageAddress).putLong(IMAGE_LEN, imageBytes);
    area.putInt(HANDOVER_LEN, 0).putInt(IN_LEN, 0).putInt(FLAGS, INPUT_ENDS);
  }

  /**
   * Writes the host page and IN for a request.
   *
   * @throws IllegalArgumentException the hand-over is larger than IN; nothing was written
   */
  public void request(HandOver request, Streams streams, long wallNanos, long tscHz, byte[] entropy) {
    request(request, List.of(), streams, wallNanos, tscHz, entropy);
  }

  /**
   * The same for several requests in one entry.
   *
   * @param followers to be taken up one after the other, {@value #FOLLOWERS} at most; with any, no hand-over may have more than {@link #FOLLOWER_SIZE} bytes
   * @throws IllegalArgumentException a hand-over is too large, or there are too many; nothing was written
   */
  public void request(HandOver request, List<HandOver> followers, Streams streams, long wallNanos, long tscHz, byte[] entropy) {
    byte[] encoded = request.encoded();
    int most = followers.isEmpty() ? IN_SIZE : FOLLOWER_SIZE;
    if (encoded.length > most || followers.stream().anyMatch(follower -> follower.encoded().length > most) || followers.size() > FOLLOWERS) {
      throw new IllegalArgumentException("the hand-over has " + encoded.length + " bytes, and " + followers.size() + " others follow; " + most + " bytes fit of each");
    }
    command(REQUEST, wallNanos, tscHz, entropy);
    area.put(IN, encoded);
    area.putInt(HANDOVER_LEN, encoded.length);
    if (followers.isEmpty()) {
      input(streams, encoded.length);
    } else {
      follow(followers, encoded.length);
      area.putInt(IN_LEN, 0).putInt(FLAGS, kind(streams));
    }
  }

  /** @param at where in IN there is room */
  private void follow(List<HandOver> followers, int at) {
    for (HandOver follower : followers) {
      byte[] encoded = follower.encoded();
      area.put(IN + at, encoded);
      area.putInt(PLACES + 8 * following, at).putInt(PLACES + 8 * following + 4, encoded.length);
      following++;
      at += encoded.length;
    }
    area.putInt(FOLLOWING, following);
    used = Math.max(used, at);
  }

  /** Takes back the requests that the guest has not come to: see {@code abi}, "Several requests in one entry". While it is out. */
  private void takeBack() {
    following = Math.min(following, answered);
    area.putInt(FOLLOWING, following);
  }

  /** Writes the host page and, if input is wanted, IN, to go on after an exit. */
  public void resume(Streams streams, boolean withInput, long wallNanos) {
    area.putInt(COMMAND, RESUME).putLong(WALL_NS, wallNanos).putInt(HANDOVER_LEN, 0);
    if (withInput) {
      input(streams, 0);
    } else {
      area.putInt(IN_LEN, 0).putInt(FLAGS, kind(streams));
    }
  }

  /** Answers GROW: the frames' address and bytes; 0, 0 refuses. */
  public void frames(long address, long bytes) {
    area.putLong(FRAMES_ADDR, address).putLong(FRAMES_LEN, bytes);
  }

  /** How many bytes from the start of IN this side has written since the last such call; the host page it may have written always. */
  public int takeUsed() {
    int bytes = used;
    used = 0;
    return bytes;
  }

  private void command(int command, long wallNanos, long tscHz, byte[] entropy) {
    forget();
    answered = 0;
    following = 0;
    area.putInt(FOLLOWING, 0);
    area.putInt(0, ABI_VERSION).putInt(COMMAND, command).putLong(WALL_NS, wallNanos).putLong(TSC_HZ, tscHz);
    area.put(ENTROPY, entropy, 0, ENTROPY_SIZE);
  }

  private void input(Streams streams, int at) {
    ByteBuffer in = area.slice(IN + at, IN_SIZE - at);
    int got = streams.read(in);
    boolean ends = got == Streams.END || streams.atEnd();
    used = Math.max(used, at + Math.max(got, 0));
    area.putInt(IN_LEN, Math.max(got, 0)).putInt(FLAGS, (ends ? INPUT_ENDS : 0) | kind(streams));
  }

  private int kind(Streams streams) {
    int flags = interactive || streams.interactive() ? INTERACTIVE : 0;
    for (int stream = 0; stream <= STDERR; stream++) {
      flags |= streams.terminal(stream) ? TERMINAL << stream : 0;
    }
    return flags;
  }

  /** Throws away what a run has left in OUT. */
  public void forget() {
    taken = 0;
    area.putInt(GUEST + OUT_LEN, 0);
  }

  /** After the guest has left: takes its output, then says why it left. */
  public Exit leave(Streams streams) {
    area.get(GUEST, guestPage);
    ByteBuffer page = ByteBuffer.wrap(guestPage).order(ByteOrder.LITTLE_ENDIAN);
    int refused = page.getInt(MEMORY_REFUSED);
    if (refused > 0) {
      streams.memoryRefused(refused);
    }
    Exit failed = take(page.getInt(OUT_LEN), streams);
    Exit exit = failed != null ? failed : exit(page);
    if (!(exit instanceof Exit.Grow)) { // which happens in the midst of a write, and is over at once
      forget();
      takeBack();
    }
    return exit;
  }

  /**
   * Takes the output that has been published so far. The guest may be running meanwhile, on another processor, unless its entry brought several requests.
   *
   * @return Refused, Broken, or null
   */
  public Exit drain(Streams streams) {
    int length = area.getInt(GUEST + OUT_LEN);
    VarHandle.acquireFence(); // the guest wrote the records before it counted them
    Exit failed = take(length, streams);
    takeBack();
    return failed;
  }

  /** @param length bytes that OUT holds, as the guest says */
  private Exit take(int length, Streams streams) {
    if (length < taken || length > OUT_SIZE) {
      return new Exit.Broken("the guest says that OUT holds " + Integer.toUnsignedString(length) + " bytes of " + OUT_SIZE + ", and " + taken + " were taken");
    }
    int from = taken;
    taken = length;
    area.get(OUT + from, out, from, length - from);
    return deliver(ByteBuffer.wrap(out, from, length - from).order(ByteOrder.LITTLE_ENDIAN), streams);
  }

  private Exit deliver(ByteBuffer records, Streams streams) {
    while (records.hasRemaining()) {
      int stream = records.remaining() < RECORD_HEADER ? 0 : records.getInt();
      int bytes = stream == 0 ? 0 : records.getInt();
      if (stream == 0 || bytes < 0 || bytes > records.remaining()) {
        return new Exit.Broken("the guest left a record of output with stream " + stream + " and " + Integer.toUnsignedString(bytes) + " bytes");
      }
      ByteBuffer content = records.slice(records.position(), bytes);
      records.position(records.position() + bytes);
      try {
        if (!taken(stream, content, streams)) {
          return new Exit.Refused();
        }
      } catch (Message.Malformed e) {
        return new Exit.Broken(e.getMessage());
      }
    }
    return null;
  }

  private boolean taken(int stream, ByteBuffer content, Streams streams) {
    return switch (stream) {
      case STDOUT -> streams.output(content);
      case STDERR -> streams.error(content);
      case Message.ANSWERED -> {
        answered++;
        yield streams.record(stream, content);
      }
      default -> streams.record(stream, content);
    };
  }

  private Exit exit(ByteBuffer page) {
    int reason = page.getInt(0x00);
    return switch (reason) {
      case 1 -> new Exit.Ready(page.getInt(0x20), page.getInt(0x24));
      case 2 -> switch (page.getInt(0x08)) {
        case 0 -> new Exit.Answer(false, page.getInt(0x0c), "");
        case 1 -> new Exit.Answer(true, 0, message(page));
        default -> new Exit.Broken("the guest gave the unknown verdict " + page.getInt(0x08));
      };
      case 3 -> {
        long nanos = page.getLong(0x10);
        yield new Exit.Wait(nanos < 0 ? Long.MAX_VALUE : nanos, (page.getInt(0x18) & WAIT_INPUT) != 0);
      }
      case 4 -> new Exit.Output((page.getInt(0x18) & WAIT_INPUT) != 0);
      case 5 -> new Exit.Failed(message(page));
      case 6 -> new Exit.Broken(String.format("the guest faulted: vector %d, error %#x, at %#x, address %#x, stack %#x",
          page.getLong(0x30), page.getLong(0x38), page.getLong(0x40), page.getLong(0x48), page.getLong(0x50)));
      case 7 -> new Exit.Broken("the guest's runtime gave up: " + message(page));
      case 8 -> new Exit.Grow();
      case 9 -> new Exit.Done();
      default -> new Exit.Broken("the guest left for the unknown reason " + reason);
    };
  }

  /** The message, cut to its bounds, control characters but line ends taken out. */
  private String message(ByteBuffer page) {
    int length = Math.clamp(page.getInt(0x1c), 0, MESSAGE_SIZE);
    String text = new String(guestPage, MESSAGE, length, StandardCharsets.UTF_8);
    return text.codePoints().filter(c -> c == '\n' || !Character.isISOControl(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
