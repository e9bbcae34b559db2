package dev.mayfly.pool;

/** What a function's components can reach outside their machines. */
public record Outside(Outgoing outgoing, Services services) {
  /** Nothing. */
  public static final Outside NOTHING = new Outside(Outgoing.NONE, Services.NONE);
}
