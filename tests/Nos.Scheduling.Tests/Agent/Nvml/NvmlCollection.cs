namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>Tests that use the NVML double in this process: it shows one machine at a time.</summary>
[CollectionDefinition("NVML")]
public sealed class NvmlCollection;
