// Run by npm after it installed; plain JavaScript, because the system's Node may be an old one.
// npm 10, which comes with Node 20, takes the link to the pinned Node away again together with the packages for other platforms: put it back.
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const link = join(modules, '.bin', 'node')
const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pinned = Object.keys(optionalDependencies).find((name) => existsSync(join(modules, name, 'bin', 'node')))
const linked = lstatSync(link, { throwIfNoEntry: false }) !== undefined
if (pinned !== undefined && !linked) symlinkSync(join('..', pinned, 'bin', 'node'), link)
