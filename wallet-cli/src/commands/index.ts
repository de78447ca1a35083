import type { Verb } from '@symbolon/command-line'
import { code } from './code.ts'
import { history } from './history.ts'
import { init } from './init.ts'
import { list } from './list.ts'
import { present } from './present.ts'
import { receive } from './receive.ts'
import { refresh } from './refresh.ts'
import { remove } from './remove.ts'
import { show } from './show.ts'
import { trust } from './trust.ts'

/** Everything the wallet can do. */
export const VERBS: readonly Verb[] = [init, receive, list, show, present, code, history, refresh, remove, ...trust]
