//! What the compiler alone adds to the shared configuration.

use core::fmt;
use std::vec::Vec;
use wasmtime::{Config, OptLevel, Result};

/// The guests' target. Given explicitly, so that the compiler takes nothing from the machine it runs on but what [`CpuFeatures`] says.
pub const TARGET: &str = "x86_64-unknown-linux-gnu";

/// CPU features that compiled code may use: a subset of [`crate::CPU_FEATURES`]. Shown, it is their names with commas between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpuFeatures(Vec<&'static str>);

impl CpuFeatures {
    /// What this host has. AVX and what builds on it only counts if the operating system keeps its state.
    pub fn of_host() -> Self {
        Self(crate::CPU_FEATURES.into_iter().filter(|name| host_has(name)).collect())
    }

    /// None: what every x86-64 CPU can run.
    pub fn baseline() -> Self {
        Self(Vec::new())
    }
}

impl fmt::Display for CpuFeatures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { out.write_str("baseline") } else { out.write_str(&self.0.join(",")) }
    }
}

/// The compiler's configuration: what is shared, for code that uses `features`.
///
/// # Errors
/// When wasmtime does not know [`TARGET`]: it was built without x86-64.
pub fn compiler(features: &CpuFeatures) -> Result<Config> {
    let mut config = crate::shared();
    config.target(TARGET)?.enable_compiler(true).cranelift_opt_level(OptLevel::Speed).parallel_compilation(true);
    for name in &features.0 {
        // SAFETY: the flag only allows instructions that `features` says the CPU running the code has; loading checks it once more.
        unsafe { config.cranelift_flag_enable(cranelift_flag(name)) };
    }
    Ok(config)
}

/// Cranelift's name for the feature that Rust calls `name`.
fn cranelift_flag(name: &str) -> &'static str {
    match name {
        "sse3" => "has_sse3",
        "ssse3" => "has_ssse3",
        "sse4.1" => "has_sse41",
        "sse4.2" => "has_sse42",
        "popcnt" => "has_popcnt",
        "avx" => "has_avx",
        "avx2" => "has_avx2",
        "fma" => "has_fma",
        "bmi1" => "has_bmi1",
        "bmi2" => "has_bmi2",
        "lzcnt" => "has_lzcnt",
        _ => unreachable!("{name} is not in CPU_FEATURES"),
    }
}

/// Whether this host's CPU has the feature that Rust calls `name`.
fn host_has(name: &str) -> bool {
    use std::arch::is_x86_feature_detected as has;
    match name {
        "sse3" => has!("sse3"),
        "ssse3" => has!("ssse3"),
        "sse4.1" => has!("sse4.1"),
        "sse4.2" => has!("sse4.2"),
        "popcnt" => has!("popcnt"),
        "avx" => has!("avx"),
        "avx2" => has!("avx2"),
        "fma" => has!("fma"),
        "bmi1" => has!("bmi1"),
        "bmi2" => has!("bmi2"),
        "lzcnt" => has!("lzcnt"),
        _ => unreachable!("{name} is not in CPU_FEATURES"),
    }
}
