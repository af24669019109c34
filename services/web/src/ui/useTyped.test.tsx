// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useTyped } from "./useTyped";

function typing(applied: string) {
  return renderHook(({ applied }) => useTyped(applied), { initialProps: { applied } });
}

describe("useTyped", () => {
  it("keeps what is typed when what it has applied comes back late", () => {
    const { result, rerender } = typing("");
    act(() => result.current.setText("re"));
    expect(result.current.send("re")).toBe(true);
    act(() => result.current.setText("reads"));
    expect(result.current.send("reads")).toBe(true);
    act(() => result.current.setText("reads -st"));
    rerender({ applied: "re" });
    expect(result.current.text).toBe("reads -st");
    rerender({ applied: "reads" });
    expect(result.current.text).toBe("reads -st");
  });

  it("follows a change from elsewhere, also to what it has applied before", () => {
    const { result, rerender } = typing("");
    act(() => result.current.setText("re"));
    result.current.send("re");
    rerender({ applied: "re" });
    rerender({ applied: "" });
    expect(result.current.text).toBe("");
    rerender({ applied: "re" });
    expect(result.current.text).toBe("re");
  });

  it("applies what was taken back before it had come back", () => {
    const { result, rerender } = typing("a");
    expect(result.current.send("ab")).toBe(true);
    expect(result.current.send("a")).toBe(true);
    expect(result.current.send("a")).toBe(false);
    rerender({ applied: "ab" });
    rerender({ applied: "a" });
    expect(result.current.send("a")).toBe(false);
  });
});
