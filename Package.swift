// swift-tools-version: 6.2
import PackageDescription

// Arrows point down only: synfin → Report → Lifecycle, Zeek → Wire and synfin → Capture → Wire, CPcap.
// docs/architecture.md says what each target is for.

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "synfin",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "synfin", targets: ["synfin"])
  ],
  targets: [
    .systemLibrary(
      name: "CPcap",
      pkgConfig: "libpcap",
      providers: [.apt(["libpcap-dev"]), .brew(["libpcap"])]
    ),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(name: "CGetopt"),
    .systemLibrary(name: "CPrefetch"),
    .systemLibrary(name: "CPrivileges"),
    .systemLibrary(name: "CSHA1"),
    .target(name: "SynfinWire", swiftSettings: settings),
    .target(name: "SynfinCapture", dependencies: ["SynfinWire", "CPcap"], swiftSettings: settings),
    .target(
      name: "SynfinLifecycle", dependencies: ["SynfinWire", "CPrefetch"], swiftSettings: settings),
    .target(
      name: "SynfinZeek", dependencies: ["SynfinWire", "CPrefetch"], swiftSettings: settings),
    .target(
      name: "SynfinReport",
      dependencies: ["SynfinLifecycle", "SynfinZeek", "SynfinWire", "CSHA1"],
      swiftSettings: settings),
    .executableTarget(
      name: "synfin",
      dependencies: [
        "SynfinReport", "SynfinLifecycle", "SynfinZeek", "SynfinCapture", "SynfinWire", "CGetopt",
        "CNcurses", "CPrivileges",
      ],
      swiftSettings: settings,
      // No pkg-config: its file has macros for C, which the package manager refuses with a warning.
      linkerSettings: [
        .linkedLibrary("ncursesw", .when(platforms: [.linux])),
        .linkedLibrary("ncurses", .when(platforms: [.macOS])),
      ]),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "SynfinWireTests", dependencies: ["SynfinWire", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SynfinCaptureTests", dependencies: ["SynfinCapture", "SynfinWire"],
      swiftSettings: settings),
    .testTarget(
      name: "SynfinLifecycleTests",
      dependencies: ["SynfinLifecycle", "SynfinWire", "SynfinCapture", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SynfinZeekTests", dependencies: ["SynfinZeek", "SynfinWire", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SynfinReportTests",
      dependencies: [
        "SynfinReport", "SynfinLifecycle", "SynfinZeek", "SynfinWire", "TestSupport",
      ],
      exclude: ["Story/Snapshots"], swiftSettings: settings),
    .testTarget(
      name: "SynfinTests",
      dependencies: ["synfin", "SynfinReport", "SynfinLifecycle", "SynfinWire", "TestSupport"],
      swiftSettings: settings),
    .executableTarget(
      name: "PrivilegeProbe", dependencies: ["CPrivileges"], path: "Tests/PrivilegeProbe",
      swiftSettings: settings),
  ]
)
