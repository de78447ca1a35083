import { trustVerbs } from '@symbolon/command-line'
import { settings } from '../config.ts'

/** `trust add`, `trust list`, `trust remove`: whose credentials this wallet keeps. */
export const trust = trustVerbs('symbolon-wallet', (options) => settings(options).trustFile)
