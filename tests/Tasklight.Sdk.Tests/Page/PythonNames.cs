namespace Tasklight.Sdk.Tests.Page;

/// <summary>Every name of the contract's Python surface (sdk-surface §§1–8, and the attributes of its Task class).</summary>
internal static class PythonNames
{
    private const string Text =
        """
        Tasks alist list alist_user_tasks list_user_tasks aget get acreate create aupdate update astop stop
        user_id parent_task_id triggering_agent_id status internal_status
        agent_id existing_task_id prompt file_urls user_details agent_version tool_call_payload_extension source worker_id run_locally output_format output_schema
        events_streaming additional_context instructions_override test_run_node_id user_oidc_token expected_output mcp_servers title think_mode
        disable_attachment_injection return_metrics user_tokens llm_model_provider llm_model_name llm_reasoning_effort last_executed_node_id result

        Task aload load areload reload asave save with_deep_plan_update aset_status set_status aevents events aget_activity_log get_activity_log
        areport_metrics report_metrics aget_plan_following_status get_plan_following_status acompact_session_for_retry get_files get_images
        get_human_readable_files to_message retry_count areport_external_task report_external_task TasksListItem TaskUpdateEvent TaskUpdateEventType type task_id time data
        id organization_id parent_execution sub_executions input payload_extension voice_id is_manually_stopped is_orchestration hitl_request pending_eca_request
        deep_planning execution_attempts tokens used_tools duration created_at started_at paused_at finished_at updated_at configuration

        Agents AgentsListItem Agent acreate_task create_task ainvoke_tool invoke_tool aget_connection_string aget_db aget_user_sessions aget_session adelete_session
        aget_knowledge_bases is_active is_a_team output sanitized_name search_knowledge

        Backend ainvoke_agent invoke_agent aget_args get_args llm_response is_success

        Events max_sync_workers max_retries start register on_task on_boot on_shutdown on_auth_event on_tool_before on_tool_after on_tool_error register_tool LocalTaskTest

        AgentExecutionStatus AgentDeploymentType ToolsRepository Tool ToolInvocationResult MCPServerDetails MCPServerType MCPServerAuthType build_model_from_schema
        KnowledgeBases KnowledgeBase Configuration OutputFormat User Tokens ModuleException status_code description

        api_key base_url get_full_url state XPANDER_API_KEY XPANDER_BASE_URL IS_STG XPANDER_ORGANIZATION_ID XPANDER_AGENT_ID
        adelete alist_documents aadd_documents asearch adelete_multiple_documents
        """;

    public static IReadOnlyList<string> All { get; } = Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
