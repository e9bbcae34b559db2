package dev.mayfly;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The borders between the packages: who may know of whom. */
@AnalyzeClasses(packages = "dev.mayfly", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule onlyKvmCallsForeignFunctions =
      noClasses().that().resideOutsideOfPackage("dev.mayfly.kvm..").should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");

  @ArchTest
  static final ArchRule nobodyButTheCompositionRootNamesAnEngine = noClasses()
      .that().resideOutsideOfPackages("dev.mayfly", "dev.mayfly.cli..", "dev.mayfly.kvm..", "dev.mayfly.process..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly.kvm..", "dev.mayfly.process..");

  @ArchTest
  static final ArchRule enginesKnowOnlyTheInterface = noClasses()
      .that().resideInAnyPackage("dev.mayfly.kvm..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly", "dev.mayfly.cli..", "dev.mayfly.process..", "dev.mayfly.pool..",
          "dev.mayfly.http..", "dev.mayfly.route..", "dev.mayfly.admin..", "dev.mayfly.function..", "dev.mayfly.config..", "dev.mayfly.metrics..");

  @ArchTest
  static final ArchRule theProcessEngineKnowsOnlyTheInterface = noClasses()
      .that().resideInAPackage("dev.mayfly.process..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly", "dev.mayfly.cli..", "dev.mayfly.kvm..", "dev.mayfly.pool..",
          "dev.mayfly.http..", "dev.mayfly.route..", "dev.mayfly.admin..", "dev.mayfly.function..", "dev.mayfly.config..", "dev.mayfly.metrics..")
      .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theInterfaceKnowsNobody = noClasses()
      .that().resideInAPackage("dev.mayfly.vm..")
      .should().dependOnClassesThat(describe("are Mayfly's, outside vm",
          c -> c.getPackageName().startsWith("dev.mayfly") && !c.getPackageName().equals("dev.mayfly.vm")));

  @ArchTest
  static final ArchRule valuesOfTheConfigurationKnowNobody = noClasses()
      .that().resideInAPackage("dev.mayfly.config..")
      .should().dependOnClassesThat(describe("are Mayfly's, outside config",
          c -> c.getPackageName().startsWith("dev.mayfly") && !c.getPackageName().equals("dev.mayfly.config")));

  @ArchTest
  static final ArchRule machinesKnowNoHttp = noClasses()
      .that().resideInAnyPackage("dev.mayfly.pool..", "dev.mayfly.function..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.mayfly.http..", "dev.mayfly.route..", "dev.mayfly.admin..", "io.vertx.core.http..", "io.vertx.ext.web..");

  @ArchTest
  static final ArchRule noCycles = slices().matching("dev.mayfly.(*)..").should().beFreeOfCycles();
}
