export { checkBricks } from './bricks.ts'
export { issuerSettings, type Settings, syntheticSource } from './config.ts'
export { type RunningIssuer, type Surroundings, startIssuer } from './start.ts'
export { loadSyntheticSource } from './synthetic_source.ts'
