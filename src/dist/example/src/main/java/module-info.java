/** Programs that use AgentCore as a library: they see the exported packages only. */
module example {
  requires agentcore;
}
