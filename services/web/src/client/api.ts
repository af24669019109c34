/** The HTTP API, typed from its OpenAPI document. */
import createFetchClient, { type Client } from "openapi-fetch";
import { apiRoot } from "./address";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Task = Schemas["TaskAnswer"];
export type TaskStatus = Task["status"];
export type TaskList = Schemas["TaskListAnswer"];
export type FailureGroup = Schemas["FailureGroupAnswer"];
export type Failures = Schemas["FailuresAnswer"];
export type Activity = Schemas["ActivityAnswer"];
export type Slot = Schemas["SlotAnswer"];
export type Queue = Schemas["QueueAnswer"];
export type Queues = Schemas["QueuesAnswer"];
export type Worker = Schemas["WorkerAnswer"];
export type Workers = Schemas["WorkersAnswer"];
export type Schedule = Schemas["ScheduleAnswer"];
export type SavedView = Schemas["SavedViewAnswer"];
export type TaskEvent = Schemas["EventAnswer"];
export type TimelineEvent = Schemas["TimelineEventAnswer"];
export type EventType = TaskEvent["type"];
export type Project = Schemas["ListedProjectAnswer"];
export type RetiredMonth = Schemas["RetiredMonthAnswer"];
export type Seal = Schemas["SealStatusAnswer"];
export type Action = Schemas["ActionAnswer"];
export type Token = Schemas["TokenAnswer"];
export type Session = Schemas["SessionAnswer"];

/** The API's paths without their common prefix. */
type ApiPaths = {
  [Path in keyof paths as Path extends `/api/v1${infer Rest}` ? Rest : never]: paths[Path];
};

export type LedgerClient = Client<ApiPaths>;

export interface ClientOptions {
  /** Where the server is mounted, without `/api/v1`. Default: where the page is. */
  baseUrl?: string;
  /** Headers of each request, for a token: `{ Authorization: "Bearer …" }`. */
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
}

/** A client with methods typed by the API's paths, parameters and responses. */
export function createLedgerClient(options: ClientOptions = {}): LedgerClient {
  return createFetchClient<ApiPaths>({
    baseUrl: apiRoot(options.baseUrl),
    headers: options.headers ?? {},
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
}

/** Why a request failed (RFC 9457). `status` 0: the API could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    options?: ErrorOptions,
    /** With `bad_query`: where in the query, in characters from 0. */
    readonly position?: number,
  ) {
    super(detail, options);
    this.name = "Problem";
  }

  /** Whether retrying later may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Whether the object does not exist or is not accessible. */
export function isMissing(error: unknown): boolean {
  return error instanceof Problem && error.status === 404;
}

/** Whether it has left the ledger for an archive. */
export function isRetired(error: unknown): error is Problem {
  return error instanceof Problem && error.status === 410;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a successful response. Throws `Problem` otherwise. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "unreachable", "The server cannot be reached.", { cause: error });
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw problemOf(answer.response, answer.error);
}

/** The problem of an error response. */
export function problemOf(response: Response, body: unknown): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return new Problem(
    response.status,
    typeof told.code === "string" ? told.code : "unexpected",
    typeof told.detail === "string"
      ? told.detail
      : `The server responded with status ${response.status}.`,
    undefined,
    typeof told.position === "number" ? told.position : undefined,
  );
}

/** Whether the task's status is final. */
export function hasEnded(status: TaskStatus): boolean {
  return status === "SUCCESS" || status === "FAILURE" || status === "REVOKED";
}
