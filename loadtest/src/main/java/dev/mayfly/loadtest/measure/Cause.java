package dev.mayfly.loadtest.measure;

/** Why a request counts as an error. */
public enum Cause {
  UNREACHABLE("unreachable", "no connection could be made"),
  WRONG_NAME("wrong name", "the target's name is not known"),
  CONNECT_TIMEOUT("connect time-out", "the connection took too long"),
  RESPONSE_TIMEOUT("response time-out", "no whole answer in time"),
  RESET("reset", "the connection ended before the answer did"),
  GARBAGE("garbage", "what came is not HTTP"),
  TOO_LONG("too long", "the answer's body has no end, or is longer than allowed"),
  STATUS("unexpected status", "another status than expected"),
  BODY("unexpected body", "another body or start than expected"),
  EVICTION("eviction failed", "the admin port did not drop the function's machines"),
  TLS("TLS", "no TLS with the target");

  private final String title;
  private final String meaning;

  Cause(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  public String title() {
    return title;
  }

  public String meaning() {
    return meaning;
  }
}
