import { requireController } from './did_documents.ts'
import { did } from './fields.ts'
import { method, require } from './method.ts'

export const addController = method({
  name: 'addController',
  scopes: ['didr_write'],
  fields: { did, controller: did },
  plan(args, call) {
    requireController(call, args.did)
    const entry = call.state.dids.get(args.did)
    require(entry !== undefined && !entry.controllers.includes(args.controller), 'controller already exists')
    require(call.state.dids.has(args.controller), 'controller does not exist')
    return () => void entry.controllers.push(args.controller)
  },
})

export const revokeController = method({
  name: 'revokeController',
  scopes: ['didr_write'],
  fields: { did, controller: did },
  plan(args, call) {
    requireController(call, args.did)
    const entry = call.state.dids.get(args.did)
    require(entry?.controllers.includes(args.controller) === true, 'controller does not exist')
    return () => {
      entry.controllers = entry.controllers.filter((one) => one !== args.controller)
    }
  },
})
