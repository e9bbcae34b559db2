package dev.mayfly.kvm;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines made of KVM. Thread-safe. One for a process is enough; it owns four things that cost: the device, the shells waiting, and the threads
 * {@code mayfly-shells}, {@code mayfly-reaper} and {@code mayfly-slices}.
 */
public final class KvmEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(KvmEngine.class);
  private static final long CLOSE_NANOS = 10_000_000_000L;

  private final KvmSettings settings;
  private final UnikernelImage unikernel;
  private final KvmDevice device;
  private final PageMap map;
  private final Reaper reaper;
  private final DeadlineTimer timer;
  private final ShellMaker maker;
  private final ShellPool shells;
  private final ImageMemory.Shelf images;
  private final Entropy entropy = new Entropy();
  private final Clock clock = Clock.systemUTC();
  private final String fingerprint;
  private final Set<KvmVm> open = ConcurrentHashMap.newKeySet();
  private final Set<Shell> booting = ConcurrentHashMap.newKeySet();
  private boolean closed; // guarded by this

  /**
   * Opens /dev/kvm and starts to make shells.
   *
   * @param unikernelElf the unikernel's file
   * @throws CannotStart when KVM cannot be used; {@link #probe} says so without an exception
   */
  public KvmEngine(byte[] unikernelElf, KvmSettings settings) throws CannotStart {
    this.settings = settings;
    KvmProbe found = probe();
    if (!(found instanceof KvmProbe.Usable)) {
      throw new CannotStart(found.text(), null);
    }
    try {
      unikernel = new UnikernelImage(unikernelElf, Exchange.ABI_VERSION);
      device = new KvmDevice();
    } catch (UnikernelImage.Invalid | SyscallException e) {
      throw new CannotStart(e.getMessage(), e);
    }
    Libc.interruptOn(Shell.SIGNAL);
    map = new PageMap();
    reaper = new Reaper();
    timer = new DeadlineTimer(Shell::kick);
    images = new ImageMemory.Shelf(reaper);
    try {
      maker = new ShellMaker(device, unikernel, settings, timer);
      reaper.later(maker.make()); // whatever is wrong with this KVM or this unikernel shows now
    } catch (SyscallException | IllegalStateException e) {
      timer.close();
      reaper.close();
      map.close();
      device.close();
      throw new CannotStart(e.getMessage(), e);
    }
    shells = new ShellPool(maker, reaper, settings.shells());
    fingerprint = Fingerprint.of(unikernel, maker.cpu());
  }

  /** Whether this process can use KVM here and now, and if not, why and what to do. */
  public static KvmProbe probe() {
    return KvmAccess.probe(Path.of(KvmDevice.PATH));
  }

  @Override
  public Isolation isolation() {
    return Isolation.KVM;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure {
    ImageMemory memory;
    Shell shell;
    try {
      memory = images.take(image);
    } catch (IOException | SyscallException e) {
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, "cannot load the image: " + e.getMessage());
    }
    try {
      shell = shells.take();
    } catch (SyscallException | IllegalStateException e) {
      memory.release();
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, e.getMessage());
    }
    booting.add(shell);
    try {
      shell.addImage(memory);
      if (isClosed()) { // after the entry above: either this sees the close, or the close sees the entry
        throw new Boot.Failure(Boot.Failure.Kind.BROKEN, "the engine is closed");
      }
      return new BootRun(this, shell, image, how, log).run(unikernel.header());
    } catch (SyscallException e) {
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, e.getMessage());
    } finally {
      booting.remove(shell);
      reaper.later(shell);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The snapshot of a machine at its ready point. */
  KvmSnapshot snapshot(Shell shell, Image image) throws Boot.Failure {
    KvmSnapshot.Parts parts = Capture.of(shell, map, unikernel);
    if (parts == null) {
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, "the guest has more than " + PageTables.LIMIT + " page tables");
    }
    return new KvmSnapshot(image, shell.image().retain(), parts, fingerprint, reaper);
  }

  @Override
  public Snapshot read(Path file, Image image) throws IOException {
    KvmSnapshot.Parts parts = SnapshotFile.read(file, image.sha256(), image.bytes(), fingerprint);
    try {
      return new KvmSnapshot(image, images.take(image), parts, fingerprint, reaper);
    } catch (IOException | SyscallException e) {
      reaper.later(parts.contents());
      throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  @Override
  public Vm restore(Snapshot of) throws CannotStart {
    KvmSnapshot snapshot = (KvmSnapshot) of;
    if (!snapshot.retain()) {
      throw new CannotStart("the snapshot is closed", null);
    }
    Shell shell = null;
    try {
      shell = shells.take();
      fill(shell, snapshot);
      KvmVm vm = new KvmVm(this, shell, snapshot);
      register(vm);
      return vm;
    } catch (SyscallException | IllegalStateException e) {
      snapshot.release();
      if (shell != null) {
        reaper.later(shell);
      }
      throw new CannotStart("no machine: " + e.getMessage() + hint(e), e);
    }
  }

  private void fill(Shell shell, KvmSnapshot snapshot) {
    shell.addImage(snapshot.imageMemory().retain());
    if (snapshot.parts().framesBytes() != 0) {
      shell.addFrames(snapshot.parts().framesBytes(), settings.hugeFrames());
    }
    snapshot.restore(shell.memory());
    if (snapshot.state().sameForRing0(maker.base())) {
      shell.vcpu().reset(snapshot.state()); // the shell was warmed with the base's
    } else {
      shell.vcpu().state(snapshot.state());
    }
  }

  private static String hint(Exception e) {
    int errno = e instanceof SyscallException call ? call.errno() : 0;
    return errno == Errno.EMFILE ? "; raise the limit of open files (ulimit -n): a machine takes two" : "";
  }

  private synchronized void register(KvmVm vm) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    open.add(vm);
  }

  /** Answers GROW with the guest's own frames, which the machine gets once and keeps; zeros if the host has no more memory. */
  void grow(Shell shell, Image image) {
    if (shell.memory().framesBytes() == 0) {
      try {
        shell.addFrames(framesBytes(image), settings.hugeFrames());
      } catch (SyscallException e) {
        failed("adding a function's frames", e);
      }
    }
    long bytes = shell.memory().framesBytes();
    shell.exchange().frames(bytes == 0 ? 0 : MachineMap.FUNCTION_FRAMES, bytes);
  }

  private long framesBytes(Image image) {
    return Math.min(MachineMap.FUNCTION_FRAMES_MAX, MachineMap.hugeUp(image.memoryLimit() + settings.overheadBytes() + 2 * image.bytes()));
  }

  /** Pages that were put back; -1: it cannot be proven clean. */
  long reset(Shell shell, KvmSnapshot snapshot) {
    Reset reset = new Reset(shell, snapshot, maker, unikernel, settings);
    if (!reset.run()) {
      return -1;
    }
    Runnable told = snapshot.learned().learn(shell.memory());
    if (told != null) {
      reaper.later(told::run);
    }
    return reset.pages();
  }

  long heldBytes(Shell shell) {
    return shell.memory().heldBytes(map);
  }

  void failed(String what, SyscallException e) {
    LOG.warn("{}: {}", what, e.getMessage());
  }

  /** Nanoseconds since 1970. */
  long wallNanos() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  long tscHz() {
    return maker.tscHz();
  }

  VcpuState base() {
    return maker.base();
  }

  /** 32 fresh bytes. */
  byte[] entropy() {
    return entropy.next(32);
  }

  /** A machine has had its first run: who made its shell may make the next. */
  void ran() {
    shells.refill();
  }

  void retire(KvmVm vm, Shell shell, KvmSnapshot snapshot) {
    open.remove(vm);
    reaper.later(shell);
    snapshot.release();
  }

  @Override
  public boolean idle() {
    return false; // shells have a thread of their own
  }

  @Override
  public Shells shells() {
    return shells.counts();
  }

  @Override
  public int followers() {
    return Exchange.FOLLOWERS;
  }

  @Override
  public long imageLoads() {
    return images.loads();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    shells.close();
    open.forEach(KvmVm::close);
    booting.forEach(Shell::stop);
    long end = System.nanoTime() + CLOSE_NANOS;
    while (!(open.isEmpty() && booting.isEmpty()) && System.nanoTime() < end) { // those in a run come out now; a Streams that hangs is not waited for
      LockSupport.parkNanos(1_000_000);
    }
    boolean all = open.isEmpty() && booting.isEmpty();
    reaper.close();
    timer.close();
    if (all) { // else a thread may still be in a guest: what it stands on stays
      maker.close();
      map.close();
      device.close();
    }
  }
}
