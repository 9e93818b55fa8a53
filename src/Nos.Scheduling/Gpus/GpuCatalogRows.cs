namespace Nos.Scheduling.Gpus;

/// <summary>The catalogue's rows: data, nothing else. Sizes without a known figure are the GB of the name in MiB.</summary>
internal static class GpuCatalogRows
{
    /// <summary>One product.</summary>
    /// <param name="Label">As GPU Feature Discovery writes it.</param>
    /// <param name="OtherLabels">Boards that the same sources cover.</param>
    /// <param name="MemoryMiB">Unit: MiB as <c>nvidia-smi</c> shows it.</param>
    /// <param name="Confidence">How sure the starts are.</param>
    /// <param name="Profiles">Empty where the product knows no MIG.</param>
    /// <param name="Alike">Boards that are only assumed to be cut like this one: never surer than <see cref="LayoutConfidence.Inferred"/>.</param>
    internal sealed record Row(
        string Label, string[] OtherLabels, int MemoryMiB, LayoutConfidence Confidence, Profile[] Profiles, params string[] Alike)
    {
        internal IEnumerable<string> Labels => OtherLabels.Prepend(Label).Concat(Alike);

        internal LayoutConfidence ConfidenceOf(string label) =>
            Alike.Contains(label) && Confidence == LayoutConfidence.Captured ? LayoutConfidence.Inferred : Confidence;
    }

    /// <summary>One profile; <paramref name="Alias"/> is the name other drivers give it.</summary>
    internal sealed record Profile(string Name, int Compute, int Memory, int MemoryMiB, int[] Starts, int Max, string? Alias = null);

    internal static IReadOnlyList<Row> Mig { get; } =
    [
        // NVIDIA A30 24GB. Source: MIG guide supported-mig-profiles; A30 lgip/lgipp captures; go-nvml pkg/nvml/mock/gpus/a30.go (MiB).
        new("NVIDIA-A30", [], 24576, LayoutConfidence.Captured, [
            new("1g.6gb", 1, 1, 5952, [0, 1, 2, 3], 4),
            new("1g.6gb+me", 1, 1, 5952, [0, 1, 2, 3], 1),
            new("2g.12gb", 2, 2, 11968, [0, 2], 2),
            new("2g.12gb+me", 2, 2, 11968, [0, 2], 1),
            new("4g.24gb", 4, 4, 24000, [0], 1),
        ]),
        // NVIDIA A100 / A800 40GB. Source: MIG guide supported-mig-profiles; getting-started lgipp; DRA ResourceSlice capture; go-nvml mock dgxa100 (placements right); instaslice test/utils/emulated.go.
        new("NVIDIA-A100-SXM4-40GB", ["NVIDIA-A100-PCIE-40GB", "NVIDIA-A800-SXM4-40GB", "NVIDIA-A800-40GB-Active"], 40960, LayoutConfidence.Captured, [
            new("1g.5gb", 1, 1, 4864, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.5gb+me", 1, 1, 4864, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.10gb", 1, 2, 9984, [0, 2, 4, 6], 4),
            new("2g.10gb", 2, 2, 9984, [0, 2, 4], 3),
            new("3g.20gb", 3, 4, 20096, [0, 4], 2),
            new("4g.20gb", 4, 4, 20096, [0], 1),
            new("7g.40gb", 7, 8, 40320, [0], 1),
        ]),
        // NVIDIA A100 / A800 80GB. Source: MIG guide supported-mig-profiles; mig-parted config-default.yaml; nos/HAMi use 7g.79gb; lgip captures.
        new("NVIDIA-A100-SXM4-80GB", ["NVIDIA-A100-80GB-PCIe", "NVIDIA-A800-SXM4-80GB", "NVIDIA-A800-80GB-PCIe"], 81920, LayoutConfidence.Captured, [
            new("1g.10gb", 1, 1, 9728, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.10gb+me", 1, 1, 9728, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.20gb", 1, 2, 19968, [0, 2, 4, 6], 4),
            new("2g.20gb", 2, 2, 19968, [0, 2, 4], 3),
            new("3g.40gb", 3, 4, 40192, [0, 4], 2, "3g.39gb"),
            new("4g.40gb", 4, 4, 40192, [0], 1, "4g.39gb"),
            new("7g.80gb", 7, 8, 80640, [0], 1, "7g.79gb"),
        ]),
        // NVIDIA A100-SXM-64GB (custom). DOUBTFUL: no listing found; names by NVIDIA's formula, the rest as on the other A100. Source: open-gpu-kernel-modules README.
        new("NVIDIA-A100-SXM-64GB", [], 65536, LayoutConfidence.Assumed, [
            new("1g.8gb", 1, 1, 8192, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.8gb+me", 1, 1, 8192, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.16gb", 1, 2, 16384, [0, 2, 4, 6], 4),
            new("2g.16gb", 2, 2, 16384, [0, 2, 4], 3),
            new("3g.32gb", 3, 4, 32768, [0, 4], 2),
            new("4g.32gb", 4, 4, 32768, [0], 1),
            new("7g.64gb", 7, 8, 65536, [0], 1),
        ]),
        // NVIDIA H100 / H800 80GB SXM5. Source: lgipp capture; DRA ResourceSlice capture; MIG guide; instaslice test/utils/emulated.go.
        new("NVIDIA-H100-80GB-HBM3", [], 81559, LayoutConfidence.Captured, [
            new("1g.10gb", 1, 1, 9984, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.10gb+me", 1, 1, 9984, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.20gb", 1, 2, 20096, [0, 2, 4, 6], 4),
            new("2g.20gb", 2, 2, 20096, [0, 2, 4], 3),
            new("3g.40gb", 3, 4, 40448, [0, 4], 2),
            new("4g.40gb", 4, 4, 40448, [0], 1),
            new("7g.80gb", 7, 8, 81152, [0], 1),
        ], "NVIDIA-H800"),
        // NVIDIA H100 / H800 80GB PCIe. Source: H100 PCIe lgip captures.
        new("NVIDIA-H100-PCIe", ["NVIDIA-H800-PCIe"], 81559, LayoutConfidence.Inferred, [
            new("1g.10gb", 1, 1, 9984, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.10gb+me", 1, 1, 9984, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.20gb", 1, 2, 20096, [0, 2, 4, 6], 4),
            new("2g.20gb", 2, 2, 20096, [0, 2, 4], 3),
            new("3g.40gb", 3, 4, 40448, [0, 4], 2),
            new("4g.40gb", 4, 4, 40448, [0], 1),
            new("7g.80gb", 7, 8, 81152, [0], 1),
        ]),
        // NVIDIA H100 SXM5 64GB. DOUBTFUL: all but the names, the label too. Source: NVIDIA vGPU docs.
        new("NVIDIA-H100-64GB-SXM5", [], 65536, LayoutConfidence.Inferred, [
            new("1g.8gb", 1, 1, 8192, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.8gb+me", 1, 1, 8192, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.16gb", 1, 2, 16384, [0, 2, 4, 6], 4),
            new("2g.16gb", 2, 2, 16384, [0, 2, 4], 3),
            new("3g.32gb", 3, 4, 32768, [0, 4], 2),
            new("4g.32gb", 4, 4, 32768, [0], 1),
            new("7g.64gb", 7, 8, 65536, [0], 1),
        ]),
        // NVIDIA H100 94GB (NVL PCIe; SXM5 94GB), H800 NVL. Source: lgip/lgipp; GFD labels; MIG guide.
        new("NVIDIA-H100-NVL", ["NVIDIA-H800-NVL"], 95830, LayoutConfidence.Captured, [
            new("1g.12gb", 1, 1, 11008, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.12gb+me", 1, 1, 11008, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.24gb", 1, 2, 22144, [0, 2, 4, 6], 4),
            new("2g.24gb", 2, 2, 22144, [0, 2, 4], 3),
            new("3g.47gb", 3, 4, 47488, [0, 4], 2),
            new("4g.47gb", 4, 4, 47488, [0], 1),
            new("7g.94gb", 7, 8, 95360, [0], 1),
        ], "NVIDIA-H100"),
        // NVIDIA GH200 96GB (H100 96GB on GH200), H100-96GB. Source: lgip; GH200 lgi (3g at 0:4 and 4:4); MIG guide H100 96GB table.
        new("NVIDIA-GH200-480GB", ["NVIDIA-GH200-96GB-HBM3", "NVIDIA-PG506-232"], 97871, LayoutConfidence.Inferred, [
            new("1g.12gb", 1, 1, 11264, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.12gb+me", 1, 1, 11264, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.24gb", 1, 2, 23552, [0, 2, 4, 6], 4),
            new("2g.24gb", 2, 2, 23552, [0, 2, 4], 3),
            new("3g.48gb", 3, 4, 47616, [0, 4], 2),
            new("4g.48gb", 4, 4, 47616, [0], 1),
            new("7g.96gb", 7, 8, 95232, [0], 1),
        ]),
        // NVIDIA GH200 144G HBM3e. Source: NVIDIA/mig-parted PR #139; gpu-operator PR #1057.
        new("NVIDIA-GH200-144G-HBM3e", [], 147456, LayoutConfidence.Inferred, [
            new("1g.18gb", 1, 1, 17920, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.18gb+me", 1, 1, 17920, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.36gb", 1, 2, 36096, [0, 2, 4, 6], 4),
            new("2g.36gb", 2, 2, 36096, [0, 2, 4], 3),
            new("3g.72gb", 3, 4, 73728, [0, 4], 2),
            new("4g.72gb", 4, 4, 73728, [0], 1),
            new("7g.144gb", 7, 8, 147456, [0], 1),
        ]),
        // NVIDIA H200 SXM 141GB / H200 NVL 141GB. Source: NVIDIA/mig-parted issue #120; lgip fixture; MIG guide; instaslice test/utils/emulated.go.
        new("NVIDIA-H200", ["NVIDIA-H200-NVL"], 143771, LayoutConfidence.Inferred, [
            new("1g.18gb", 1, 1, 16384, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.18gb+me", 1, 1, 16384, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.35gb", 1, 2, 33024, [0, 2, 4, 6], 4),
            new("2g.35gb", 2, 2, 33024, [0, 2, 4], 3),
            new("3g.71gb", 3, 4, 71168, [0, 4], 2),
            new("4g.71gb", 4, 4, 71168, [0], 1),
            new("7g.141gb", 7, 8, 143104, [0], 1),
        ]),
        // NVIDIA H20 96GB. Source: GFD node labels (mig-1g.12gb, mig-1g.24gb, mig-3g.48gb on NVIDIA-H20); nvidia-smi -L; mig-parted filter 0x232910DE; vGPU docs.
        new("NVIDIA-H20", ["NVIDIA-H20-NVL16"], 97871, LayoutConfidence.Inferred, [
            new("1g.12gb", 1, 1, 12032, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.12gb+me", 1, 1, 12032, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.24gb", 1, 2, 24192, [0, 2, 4, 6], 4),
            new("2g.24gb", 2, 2, 24192, [0, 2, 4], 3),
            new("3g.48gb", 3, 4, 48512, [0, 4], 2),
            new("4g.48gb", 4, 4, 48512, [0], 1),
            new("7g.96gb", 7, 8, 98304, [0], 1),
        ]),
        // NVIDIA H20-3e 141GB. Source: vGPU docs; label NVIDIA-H20-3e.
        new("NVIDIA-H20-3e", [], 143771, LayoutConfidence.Inferred, [
            new("1g.18gb", 1, 1, 18432, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.18gb+me", 1, 1, 18432, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.35gb", 1, 2, 35840, [0, 2, 4, 6], 4),
            new("2g.35gb", 2, 2, 35840, [0, 2, 4], 3),
            new("3g.71gb", 3, 4, 72704, [0, 4], 2),
            new("4g.71gb", 4, 4, 72704, [0], 1),
            new("7g.141gb", 7, 8, 144384, [0], 1),
        ]),
        // NVIDIA B200 180GB. Source: DRA ResourceSlice capture; mig-parted PRs #166, #187; gpu-operator PRs #1242, #1351; MIG guide (its engine columns conflict with lgip).
        new("NVIDIA-B200", [], 183359, LayoutConfidence.Captured, [
            new("1g.23gb", 1, 1, 20992, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.23gb+me", 1, 1, 20992, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.45gb", 1, 2, 45312, [0, 2, 4, 6], 4),
            new("2g.45gb", 2, 2, 45312, [0, 2, 4], 3),
            new("3g.90gb", 3, 4, 91136, [0, 4], 2),
            new("4g.90gb", 4, 4, 91136, [0], 1),
            new("7g.180gb", 7, 8, 182784, [0], 1),
        ]),
        // NVIDIA GB200 186GB. Source: mig-parted issue #227; gpu-operator PR #1303 (pre-production 1g.24gb / 7g.189gb); GKE gpus.go; GoogleCloudPlatform/container-engine-accelerators partition_gpu.go.
        new("NVIDIA-GB200", [], 189471, LayoutConfidence.Inferred, [
            new("1g.23gb", 1, 1, 22528, [0, 1, 2, 3, 4, 5, 6], 7, "1g.24gb"),
            new("1g.23gb+me", 1, 1, 22528, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.47gb", 1, 2, 46592, [0, 2, 4, 6], 4),
            new("2g.47gb", 2, 2, 46592, [0, 2, 4], 3),
            new("3g.93gb", 3, 4, 95232, [0, 4], 2, "3g.95gb"),
            new("4g.93gb", 4, 4, 95232, [0], 1, "4g.95gb"),
            new("7g.186gb", 7, 8, 190464, [0], 1, "7g.189gb"),
        ]),
        // NVIDIA B300 (288GB, 269-270 GB visible). Source: mig-parted config-default.yaml; Bottlerocket; SageMaker HyperPod counts 7/4/3/2/1/1.
        new("NVIDIA-B300-SXM6-AC", [], 275040, LayoutConfidence.Inferred, [
            new("1g.34gb", 1, 1, 34816, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.34gb+me", 1, 1, 34816, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.67gb", 1, 2, 68608, [0, 2, 4, 6], 4),
            new("2g.67gb", 2, 2, 68608, [0, 2, 4], 3),
            new("3g.135gb", 3, 4, 138240, [0, 4], 2),
            new("4g.135gb", 4, 4, 138240, [0], 1),
            new("7g.269gb", 7, 8, 275456, [0], 1),
        ]),
        // NVIDIA GB300 (288GB, 278 GB visible). Source: NVIDIA DGX Station MIG playbook; mig-parted config-default.yaml 0x31C210DE.
        new("NVIDIA-GB300", [], 284208, LayoutConfidence.Inferred, [
            new("1g.35gb", 1, 1, 35840, [0, 1, 2, 3, 4, 5, 6], 7),
            new("1g.35gb+me", 1, 1, 35840, [0, 1, 2, 3, 4, 5, 6], 1),
            new("1g.70gb", 1, 2, 71680, [0, 2, 4, 6], 4),
            new("2g.70gb", 2, 2, 71680, [0, 2, 4], 3),
            new("3g.139gb", 3, 4, 142336, [0, 4], 2),
            new("4g.139gb", 4, 4, 142336, [0], 1),
            new("7g.278gb", 7, 8, 284672, [0], 1),
        ]),
        // NVIDIA RTX PRO 6000 Blackwell 96GB (Server / Workstation / Max-Q). Source: lgip/lgipp; bigstack-oss/cubecos issue #312 (23.12 GiB variant); MIG guide Table 11; GKE gpus.go.
        new("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", [], 97887, LayoutConfidence.Captured, [
            new("1g.24gb", 1, 3, 24192, [0, 3, 6, 9], 4),
            new("1g.24gb+me", 1, 3, 24192, [0, 3, 6, 9], 1),
            new("1g.24gb+gfx", 1, 3, 24192, [0, 3, 6, 9], 4),
            new("1g.24gb+me.all", 1, 3, 24192, [0, 3, 6, 9], 1),
            new("1g.24gb-me", 1, 3, 24192, [0, 3, 6, 9], 4),
            new("2g.48gb", 2, 6, 48512, [0, 6], 2),
            new("2g.48gb+gfx", 2, 6, 48512, [0, 6], 2),
            new("2g.48gb+me.all", 2, 6, 48512, [0, 6], 1),
            new("2g.48gb-me", 2, 6, 48512, [0, 6], 2),
            new("4g.96gb", 4, 12, 97280, [0], 1),
            new("4g.96gb+gfx", 4, 12, 97280, [0], 1),
        ], "NVIDIA-RTX-PRO-6000-Blackwell-Workstation-Edition", "NVIDIA-RTX-PRO-6000-Blackwell-Max-Q-Workstation-Edition"),
        // NVIDIA RTX PRO 5000 Blackwell 48GB. DOUBTFUL: starts not verified, two halves assumed; drivers of branch 580 cut it otherwise. Source: MIG guide r610/620.
        new("NVIDIA-RTX-PRO-5000-Blackwell", [], 49152, LayoutConfidence.Assumed, [
            new("1g.24gb", 1, 1, 24576, [0, 1], 2),
            new("1g.24gb+me", 1, 1, 24576, [0, 1], 1),
            new("1g.24gb+gfx", 1, 1, 24576, [0, 1], 2),
            new("1g.24gb+me.all", 1, 1, 24576, [0, 1], 1),
            new("1g.24gb-me", 1, 1, 24576, [0, 1], 2),
            new("2g.48gb", 2, 2, 49152, [0], 1),
            new("2g.48gb+gfx", 2, 2, 49152, [0], 1),
        ]),
        // NVIDIA RTX PRO 4500 Blackwell 32GB. DOUBTFUL: starts not verified, two halves assumed. Source: MIG guide r610/620.
        new("NVIDIA-RTX-PRO-4500-Blackwell", ["NVIDIA-RTX-PRO-4500-Blackwell-Server-Edition"], 32768, LayoutConfidence.Assumed, [
            new("1g.16gb", 1, 1, 16384, [0, 1], 2),
            new("1g.16gb+gfx", 1, 1, 16384, [0, 1], 2),
            new("1g.16gb+me.all", 1, 1, 16384, [0, 1], 1),
            new("1g.16gb-me", 1, 1, 16384, [0, 1], 2),
            new("2g.32gb", 2, 2, 32768, [0], 1),
            new("2g.32gb+gfx", 2, 2, 32768, [0], 1),
        ]),
        // NVIDIA Thor iGPU (unified memory: 0 GB in every name, size unknown). DOUBTFUL: label and starts not verified; a third beside two thirds is assumed, as at most two instances exist. Source: MIG guide r620.
        new("NVIDIA-Thor", [], 0, LayoutConfidence.Assumed, [
            new("1g.0gb+me", 1, 1, 0, [2], 1),
            new("1g.0gb", 1, 1, 0, [2], 1),
            new("1g.0gb+gfx", 1, 1, 0, [2], 1),
            new("2g.0gb", 2, 2, 0, [0], 1),
            new("2g.0gb+gfx", 2, 2, 0, [0], 1),
            new("3g.0gb", 3, 3, 0, [0], 1),
            new("3g.0gb+gfx", 3, 3, 0, [0], 1),
        ]),
    ];

    /// <summary>Products without MIG, for MPS. Source: the total that <c>nvidia-smi</c> shows, in MiB; ECC on where it can be.</summary>
    internal static IReadOnlyList<Row> MpsOnly { get; } =
    [
        new("NVIDIA-A10", ["NVIDIA-A10G"], 23028, LayoutConfidence.Captured, []),
        new("NVIDIA-A16", [], 15356, LayoutConfidence.Captured, []),
        new("NVIDIA-A40", ["NVIDIA-RTX-A6000"], 46068, LayoutConfidence.Captured, []),
        new("NVIDIA-L4", [], 23034, LayoutConfidence.Captured, []),
        new("NVIDIA-L40", ["NVIDIA-L40S"], 46068, LayoutConfidence.Captured, []),
        new("Tesla-T4", [], 15360, LayoutConfidence.Captured, []),
        new("Tesla-V100-SXM2-16GB", ["Tesla-V100-PCIE-16GB"], 16384, LayoutConfidence.Captured, []),
        new("Tesla-V100-SXM2-32GB", ["Tesla-V100-PCIE-32GB", "Tesla-V100-SXM3-32GB"], 32768, LayoutConfidence.Captured, []),
    ];
    /// <summary>MIG products of which no source lists a profile: only what an agent reports counts. Titles, as no label is known either.</summary>
    internal static IReadOnlyList<string> WithoutListing { get; } = ["NVIDIA B100", "NVIDIA Rubin"];
}
