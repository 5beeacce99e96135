// swift-tools-version: 6.2
import PackageDescription

/// Library modules from the bottom layer up, each with the modules it may use.
let layers: KeyValuePairs<String, [String]> = [
  "RivuletLanes": ["CRivuletLanes"],
  "RivuletKernels": ["RivuletLanes"],
  "RivuletNumerics": ["CRivuletProcessor", "RivuletKernels"],
  "RivuletCredit": ["RivuletKernels", "RivuletNumerics"],
  "RivuletStatistics": ["RivuletNumerics"],
  "RivuletFlow": ["RivuletKernels", "RivuletNumerics", "RivuletCredit"],
  "RivuletClosedForm": ["RivuletKernels", "RivuletNumerics", "RivuletCredit", "RivuletFlow"],
  "RivuletTraining": ["RivuletKernels", "RivuletNumerics", "RivuletCredit", "RivuletFlow"],
  "RivuletClaims": [
    "RivuletNumerics", "RivuletCredit", "RivuletStatistics", "RivuletFlow", "RivuletClosedForm",
    "RivuletTraining",
  ],
  "RivuletReport": ["RivuletNumerics", "RivuletStatistics", "RivuletClaims"],
  "Rivulet": [
    "RivuletNumerics", "RivuletCredit", "RivuletStatistics", "RivuletFlow", "RivuletClosedForm",
    "RivuletTraining", "RivuletClaims", "RivuletReport",
  ],
]

/// Modules whose loops must be fast in debug builds too, so that tests can draw millions of samples.
let kernels: Set<String> = ["RivuletLanes", "RivuletKernels"]

/// Modules that walk over whole batches; optimising them too halves the time of the tests.
let batches: Set<String> = ["RivuletCredit", "RivuletTraining"]

/// Settings that every Swift target shares.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Optimises in every configuration, for the processor that `RIVULET_CPU` names if it is set.
///
/// The bits are the same for every processor; only the speed differs. The Makefile sets
/// `RIVULET_CPU=haswell` where the processor has AVX2.
var kernelSettings: [SwiftSetting] {
  var flags = ["-O"]
  if let processor = Context.environment["RIVULET_CPU"], !processor.isEmpty {
    flags += ["-target-cpu", processor]
  }
  return strict + [.unsafeFlags(flags)]
}

/// The settings of a module of its own kind.
@MainActor func settings(of name: String) -> [SwiftSetting] {
  if kernels.contains(name) { return kernelSettings }
  if batches.contains(name) { return strict + [.unsafeFlags(["-O"])] }
  return strict
}

/// Links the C mathematics library that the standard library needs where nothing else links it.
let linking: [LinkerSetting] = [.linkedLibrary("m", .when(platforms: [.linux]))]

let libraries: [Target] = layers.map { name, uses in
  .target(
    name: name,
    dependencies: uses.map { .target(name: $0) },
    swiftSettings: settings(of: name),
    linkerSettings: linking
  )
}

/// Test targets mirror the libraries; each may use everything, and the shared test support.
let tests: [Target] = [
  "Kernels", "Numerics", "Credit", "Statistics", "Flow", "ClosedForm", "Training", "Claims",
  "Report",
].map { name in
  .testTarget(
    name: "Rivulet\(name)Tests",
    dependencies: ["Rivulet", "RivuletKernels", "RivuletTestSupport"],
    swiftSettings: strict
  )
}

let package = Package(
  name: "rivulet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Rivulet", targets: ["Rivulet"]),
    .executable(name: "rivulet", targets: ["RivuletCommand"]),
    .executable(name: "rivulet-bench", targets: ["RivuletBench"]),
  ],
  targets: [
    .target(name: "CRivuletLanes"),
    .target(name: "CRivuletProcessor"),
    .executableTarget(
      name: "RivuletCommand", dependencies: ["Rivulet"], swiftSettings: strict,
      linkerSettings: linking),
    .executableTarget(
      name: "RivuletBench", dependencies: ["Rivulet", "RivuletKernels"], swiftSettings: strict,
      linkerSettings: linking),
    .target(
      name: "RivuletTestSupport", dependencies: ["RivuletNumerics", "RivuletCredit"],
      path: "Tests/Support",
      swiftSettings: strict),
    .testTarget(
      name: "RivuletCommandTests",
      dependencies: ["RivuletCommand", "Rivulet", "RivuletTestSupport"], swiftSettings: strict),
  ] + libraries + tests,
  swiftLanguageModes: [.v6]
)
