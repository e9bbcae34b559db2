package dev.mayfly.vm;

/**
 * Kinds of the records that a component which serves HTTP and its host send each other ({@code abi::message}); a test pins them to that file. A
 * record is {@code u32 kind}, {@code u32 length} and so many bytes, little-endian.
 */
public final class Message {
  /** Bytes before a record's own. */
  public static final int HEADER = 8;

  /** The response's head: {@code u16 status}, list of names and values. */
  public static final int RESPONSE_HEAD = 3;
  public static final int RESPONSE_BODY = 4;
  /** List of the trailers' names and values. */
  public static final int RESPONSE_END = 5;
  /** Instead of a head: the error code's name, its detail. */
  public static final int RESPONSE_ERROR = 6;
  /** One more BODY is wanted, or its end. */
  public static final int WANT_BODY = 7;
  /** The body was given up half-way. */
  public static final int RESPONSE_ABORT = 8;
  /** {@code u32 id} of a call, 0 for the response: its body has no credit left. */
  public static final int WANT_CREDIT = 9;
  /** The request is answered, in an entry that brought others. */
  public static final int ANSWERED = 10;
  /** Bytes of its body that a response may send before any credit was granted. */
  public static final int RESPONSE_CREDIT = 256 * 1024;
  /** The same for the body of a call. */
  public static final int CALL_CREDIT = 64 * 1024;
  /**
   * {@code u32 id}, three {@code u64} time-outs in nanoseconds, list of method, scheme, authority and path, list of the fields' names and values.
   */
  public static final int CALL = 16;
  public static final int CALL_BODY = 17;
  public static final int CALL_END = 18;
  public static final int CALL_DROP = 19;
  public static final int CALL_WANT = 20;
  public static final int SERVICE = 24;

  public static final int BODY = 64;
  public static final int BODY_END = 65;
  public static final int BODY_ERROR = 66;
  /** {@code u32 id} of a call, 0 for the response, {@code u32} bytes: so many more may be sent of its body. */
  public static final int CREDIT = 72;
  public static final int CALL_RESPONSE = 80;
  public static final int CALL_RESPONSE_BODY = 81;
  public static final int CALL_RESPONSE_END = 82;
  public static final int CALL_ERROR = 83;
  public static final int SERVICE_ANSWER = 88;

  private Message() {}

  /** A record that breaks the rules: the machine is lost. The text is ours, with nothing of the guest's but numbers. */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Malformed(String message) {
      super(message, null, false, false);
    }
  }
}
